#include "class_costs.hpp"
#include "crossover.hpp"
#include "split_candidate.hpp"

#include <tandem/decision.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tandem {
namespace {

// Below this many predicted microseconds of serial work no other backend is looked at: the look itself would
// cost.
constexpr double not_worth_looking_us = 2.0;
// What did not serve the last such call must win by this factor to displace what did (at first: the CPU), so
// that noise does not flip the choice from call to call.
constexpr double hysteresis = 1.15;

float& at(candidate& way, term part) {
  return way.microseconds[static_cast<std::size_t>(part)];
}

/// `correction` is what earlier calls taught: measured over predicted time.
void add_up(candidate& way, float correction = 1) {
  double total = 0;
  for (float const part : way.microseconds)
    total += static_cast<double>(part);
  at(way, term::correction) = static_cast<float>(total) * (correction - 1);
  total = 0;
  for (float const part : way.microseconds)
    total += static_cast<double>(part);
  way.total_us = total;
}

/// Piecewise linear in x over samples sorted by it; before the first sample constant, after the last by the
/// last slope.
template <class Sample, class Position, class Value>
double interpolate(std::vector<Sample> const& samples, double x, Position position, Value value) {
  if (samples.size() == 1 || x <= position(samples.front()))
    return value(samples.front());
  std::size_t upper = 1;
  while (upper + 1 < samples.size() && position(samples[upper]) < x)
    ++upper;
  auto const& a = samples[upper - 1];
  auto const& b = samples[upper];
  return value(a) + (value(b) - value(a)) * (x - position(a)) / (position(b) - position(a));
}

double transfer_us(std::vector<transfer_sample> const& samples, double bytes) {
  if (bytes <= 0)
    return 0;
  if (samples.empty())
    return 10 + bytes / 10e3; // 10 µs and 10 GB/s until measured
  auto const us = interpolate(
      samples, bytes, [](transfer_sample const& s) { return s.bytes; },
      [](transfer_sample const& s) { return s.microseconds; });
  return std::max(0.0, us);
}

/// Caches end at powers of two, so the curve is drawn over log2 of the working set.
double bandwidth(cpu_profile const& cpu, double bytes, bool parallel) {
  if (cpu.bandwidth.empty())
    return parallel ? 20 : 10;
  auto const clamped = std::clamp(bytes, 1.0, cpu.bandwidth.back().bytes);
  auto const gb_per_s = interpolate(
      cpu.bandwidth, std::log2(clamped), [](bandwidth_sample const& s) { return std::log2(s.bytes); },
      [parallel](bandwidth_sample const& s) { return parallel ? s.gb_per_s_parallel : s.gb_per_s_serial; });
  return std::max(gb_per_s, 0.1);
}

/// Work of one thread. What was measured at the call site contains the algorithm's own part; the memory's
/// share it contains only as far as that call's data did not fit the caches.
double serial_work_us(request const& asked, cpu_profile const& cpu) {
  auto const n = static_cast<double>(asked.n);
  if (asked.serial_ns_per_element > 0)
    return n * asked.serial_ns_per_element / 1e3;
  return detail::operations_of(asked, detail::cpu_cost(asked)) * cpu.ns_per_operation *
         detail::factor_of(cpu.factors, asked.kind) / 1e3;
}

double cpu_memory_us(request const& asked, cpu_profile const& cpu, bool parallel) {
  auto const working_set = asked.read_bytes + asked.written_bytes;
  return working_set * detail::cpu_cost(asked).passes / bandwidth(cpu, working_set, parallel) / 1e3;
}

candidate cpu_candidate(backend where, request const& asked, cpu_profile const& cpu, double work,
                        double memory) {
  candidate way{.where = where, .possible = true, .origin = cpu.origin};
  auto const parallel = where == backend::parallel;
  at(way, term::fork) = static_cast<float>(parallel ? cpu.fork_us : 0);
  at(way, term::work) = static_cast<float>(work);
  at(way, term::memory) =
      static_cast<float>(std::max(0.0, memory - work)); // they overlap: only the excess counts
  add_up(way, parallel ? asked.parallel_correction : asked.serial_correction);
  return way;
}

candidate serial_candidate(request const& asked, cpu_profile const& cpu) {
  return cpu_candidate(backend::serial, asked, cpu, serial_work_us(asked, cpu),
                       cpu_memory_us(asked, cpu, false));
}

candidate parallel_candidate(request const& asked, machine const& state, cpu_profile const& cpu) {
  auto const speedup = 1 + (static_cast<double>(state.threads) - 1) * cpu.parallel_efficiency;
  auto way = cpu_candidate(backend::parallel, asked, cpu, serial_work_us(asked, cpu) / speedup,
                           cpu_memory_us(asked, cpu, true));
  way.possible = state.threads > 1;
  return way;
}

bool usable(request const& asked, device_state const& device, candidate& way) {
  auto const refuse = [&way](reason why) {
    way.why = why;
    return false;
  };
  if (asked.cpu_only)
    return refuse(reason::forced);
  if (!asked.gpu_algorithm)
    return refuse(reason::no_gpu_algorithm);
  if (!asked.device_types)
    return refuse(reason::host_element_type);
  if (!asked.traceable)
    return refuse(reason::cpu_lambda);
  if ((asked.needs_int64 && !device.has_int64) || (asked.needs_float64 && !device.has_float64))
    return refuse(reason::missing_feature);
  if (!device.admitted && !asked.both_wanted)
    return refuse(reason::no_device);
  if (device.failed)
    return refuse(reason::device_failed);
  if (asked.kernel == kernel_state::compiling && !asked.both_wanted && !asked.gpu_only)
    return refuse(reason::kernel_compiling);
  return true;
}

/// A device that is not full takes as long as a full one: its threads do the same work, there are fewer of
/// them.
double kernel_us(request const& asked, device_profile const& known) {
  auto const cost = detail::gpu_cost(asked);
  auto const bytes = (asked.read_bytes + asked.written_bytes) * cost.passes;
  auto const occupancy =
      std::clamp(static_cast<double>(asked.n) / std::max(known.full_occupancy_n, 1.0), 1e-6, 1.0);
  auto const memory = bytes / known.gb_per_s / 1e3;
  auto const work = detail::operations_of(asked, cost) * known.ns_per_operation / 1e3;
  auto const busy = std::max(memory, work / occupancy) * detail::factor_of(known.factors, asked.kind);
  return std::max(cost.kernels * known.minimum_kernel_us, busy);
}

/// What is known about the kernel on this device in particular.
bool kernel_usable(kernel_state kernel, bool waits, candidate& way) {
  if (kernel == kernel_state::unusable)
    way.why = reason::unsupported_kernel;
  else if (kernel == kernel_state::compiling && !waits)
    way.why = reason::kernel_compiling;
  else
    return true;
  return false;
}

candidate gpu_candidate(request const& asked, device_state const& device, device_profile const& known,
                        int index) {
  candidate way{.where = backend::gpu, .device = index, .origin = known.origin};
  auto const i = static_cast<std::size_t>(index);
  bool const waits = asked.both_wanted || asked.gpu_only;
  way.possible = usable(asked, device, way) && kernel_usable(asked.device_kernel[i], waits, way);
  auto const moved_bytes = static_cast<double>(asked.device_moved_bytes[i]);
  auto const compiling =
      asked.kernel == kernel_state::compiling || asked.device_kernel[i] == kernel_state::compiling;
  at(way, term::queue) = static_cast<float>(device.queued_us) + asked.device_queue_us[i];
  at(way, term::submit) = static_cast<float>(known.submit_us);
  at(way, term::kernel) = static_cast<float>(kernel_us(asked, known));
  at(way, term::upload) = static_cast<float>(transfer_us(known.upload, asked.upload_bytes + moved_bytes));
  at(way, term::download) =
      static_cast<float>(transfer_us(known.download, asked.download_bytes + moved_bytes));
  at(way, term::compile) = static_cast<float>(compiling ? known.compile_us : 0);
  add_up(way, asked.device_correction[i]);
  return way;
}

void choose(decision& made) {
  candidate const* best = nullptr;
  candidate const* second = nullptr;
  // A split is a candidate only where it gains enough over everything else.
  auto const settled = int{made.asked.settled};
  auto const effective = [settled](candidate const& way) {
    return way.total_us * (way.device == settled || way.where == backend::both ? 1.0 : hysteresis);
  };
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (!way.possible)
      continue;
    if (best == nullptr || effective(way) < effective(*best)) {
      second = best;
      best = &way;
    } else if (second == nullptr || way.total_us < second->total_us) {
      second = &way;
    }
  }
  made.chosen = *best; // the serial loop is always possible
  made.why = reason::fastest;
  made.margin = second != nullptr && best->total_us > 0 ? second->total_us / best->total_us : 1;
  if (made.margin < 1)
    made.why = reason::within_hysteresis;
}

} // namespace

decision decide_quickly(request const& asked, machine const& state, profile const& known) noexcept {
  decision made;
  made.asked = asked;
  made.candidates[made.candidate_count++] = serial_candidate(asked, known.cpu);
  if (made.candidates[0].total_us > not_worth_looking_us)
    made.candidates[made.candidate_count++] = parallel_candidate(asked, state, known.cpu);
  auto const devices = std::min({state.devices.size(), known.devices.size(), max_devices});
  for (std::size_t i = 0; i < devices; ++i)
    made.candidates[made.candidate_count++] =
        gpu_candidate(asked, state.devices[i], known.devices[i], static_cast<int>(i));
  detail::add_fetching(made, known);
  detail::add_split(made);
  choose(made);
  detail::choose_wanted_split(made);
  if (made.candidate_count == 1)
    made.why = reason::too_small;
  return made;
}

decision decide(request const& asked, machine const& state, profile const& known) {
  if (state.devices.size() != known.devices.size())
    throw std::invalid_argument("decide: the machine has " + std::to_string(state.devices.size()) +
                                " devices but the profile describes " + std::to_string(known.devices.size()));
  auto made = decide_quickly(asked, state, known);
  made.crossover_n =
      detail::crossover_of(asked, [&](request const& other) { return decide_quickly(other, state, known); });
  return made;
}

} // namespace tandem
