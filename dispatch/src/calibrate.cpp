#include "calibrate.hpp"

#include "measure.hpp"
#include "runtime_core.hpp"

#include <tandem/cpu/map.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace tandem::detail {
namespace {

constexpr std::array<std::size_t, 6> working_sets{16u << 10, 128u << 10, 1u << 20,
                                                  8u << 20,  32u << 20,  128u << 20};
// Beyond these a measurement says more about the moment than about the machine.
constexpr double least_efficiency = 0.3;
constexpr double least_fork_us = 1;
constexpr double most_fork_us = 100;
constexpr int polynomial_degree = 24; // two weighted operations each

constexpr auto polynomial = [](float x) {
  float sum = x;
  for (int i = 0; i < polynomial_degree; ++i)
    sum = sum * x + 0.5f;
  return sum;
};

/// One pass that reads and writes `bytes / 2` each way.
double copy_gb_per_s(cpu::execution how, std::vector<float>& from, std::vector<float>& to, std::size_t bytes,
                     double budget_s) {
  auto const n = bytes / 2 / sizeof(float);
  auto const us = median_us(budget_s, [&] {
    cpu::map(
        how, n, to.data(), [](float x) { return x + 1.0f; }, from.data());
  });
  return static_cast<double>(bytes) / us / 1e3;
}

/// Threads at work on a job long enough that starting them does not count, then on one where it does: what is
/// left over is the start. The fastest runs are compared, since a neighbour's load would look like threads
/// that do not help.
template <class Run>
void measure_threads(cpu_profile& measured, cpu::pool& pool, Run const& run, double budget_s) {
  constexpr std::size_t large = std::size_t{1} << 20;
  constexpr std::size_t small = std::size_t{1} << 14;
  auto const helpers = static_cast<double>(pool.threads()) - 1;
  if (helpers == 0) {
    measured.parallel_efficiency = 1;
    return;
  }
  cpu::execution const all{.workers = &pool};
  auto const alone = fastest_us(budget_s / 4, [&] { run({}, large); });
  auto const together = fastest_us(budget_s / 4, [&] { run(all, large); });
  measured.parallel_efficiency = std::clamp((alone / together - 1) / helpers, least_efficiency, 1.0);
  auto const small_alone = median_us(budget_s / 4, [&] { run({}, small); });
  auto const small_together = median_us(budget_s / 4, [&] { run(all, small); });
  measured.fork_us = std::clamp(small_together - small_alone / (1 + helpers * measured.parallel_efficiency),
                                least_fork_us, most_fork_us);
}

} // namespace

cpu_profile measure_cpu(runtime_core& core, double budget_s, progress& shown) {
  auto& pool = core.pool();
  cpu_profile measured = core.now().known.cpu;
  measured.threads = static_cast<unsigned>(pool.threads());
  measured.name = cpu_name();
  shown.say("arithmetic");
  std::vector<float> from(working_sets.back() / 2 / sizeof(float), 0.5f);
  std::vector<float> to(from.size());
  auto const cached = std::size_t{4096};
  auto const run = [&](cpu::execution how, std::size_t n) {
    cpu::map(how, n, to.data(), polynomial, from.data());
  };
  auto const us = median_us(budget_s * 0.05, [&] { run({}, cached); });
  measured.ns_per_operation = us * 1e3 / static_cast<double>(cached) / (2 * polynomial_degree);
  shown.say("threads");
  measure_threads(measured, pool, run, budget_s * 0.25);

  measured.bandwidth.clear();
  for (auto const bytes : working_sets) {
    if (shown.stopped())
      break;
    shown.say("memory bandwidth");
    auto const share = budget_s * 0.5 / (2 * working_sets.size());
    auto const alone = copy_gb_per_s({}, from, to, bytes, share);
    auto const together = copy_gb_per_s({.workers = &pool}, from, to, bytes, share);
    // Where all threads seem to move less than one of them, starting them was measured, which the model counts
    // apart, or a neighbour's load. Believed, it would keep them idle for good.
    measured.bandwidth.push_back({static_cast<double>(bytes), alone, std::max(alone, together)});
  }
  measured.factors = measure_cpu_classes(measured, budget_s * 0.2, shown);
  measured.origin = source::measured;
  return measured;
}

std::optional<profile> measure(runtime_core& core, double budget_s, progress_function report, void* context) {
  progress shown{report, context};
  using clock = std::chrono::steady_clock;
  hurry_from =
      clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(2 * budget_s));
  core.devices().look();
  core.refresh();
  profile measured = core.now().known;
  auto const device_count = measured.devices.size();
  auto const cpu_share = device_count == 0 ? 1.0 : 0.5;
  shown.span(0, cpu_share);
  measured.cpu = measure_cpu(core, budget_s * cpu_share, shown);
  for (std::size_t i = 0; i < device_count && !shown.stopped(); ++i) {
    auto const share = (1 - cpu_share) / static_cast<double>(device_count);
    shown.span(cpu_share + share * static_cast<double>(i), share);
    auto device = core.devices().at(static_cast<int>(i));
    measured.devices[i] = measure_device(device, measured.devices[i], budget_s * share, shown);
  }
  hurry_from = clock::time_point::max();
  if (shown.stopped())
    return std::nullopt;
  return measured;
}

} // namespace tandem::detail
