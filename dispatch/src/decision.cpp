#include "class_costs.hpp"
#include "crossover.hpp"
#include "decide_into.hpp"
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

/// Adds up the terms that such a candidate has. `correction` is what earlier calls taught: measured over
/// predicted time.
template <term... Parts>
void add_up(candidate& way, float correction) {
  auto const total = (0.0 + ... + static_cast<double>(at(way, Parts)));
  auto const learned = static_cast<float>(total) * (correction - 1);
  at(way, term::correction) = learned;
  way.total_us = total + static_cast<double>(learned);
}

/// The two samples between which, or from which on, a curve over `bytes` is drawn as a line; before the first
/// sample it is constant: then both are the first.
template <class Sample>
struct stretch {
  Sample const* from;
  Sample const* to;
};
template <class Sample>
stretch<Sample> stretch_at(std::vector<Sample> const& samples, double bytes) {
  if (samples.size() == 1 || bytes <= samples.front().bytes)
    return {&samples.front(), &samples.front()};
  auto const* const last = &samples.back();
  auto const* upper = &samples[1];
  while (upper != last && upper->bytes < bytes)
    ++upper;
  return {upper - 1, upper};
}

double transfer_us(std::vector<transfer_sample> const& samples, double bytes) {
  if (bytes <= 0)
    return 0;
  if (samples.empty())
    return 10 + bytes / 10e3; // 10 µs and 10 GB/s until measured
  auto const [a, b] = stretch_at(samples, bytes);
  if (a == b)
    return std::max(0.0, a->microseconds);
  auto const slope = (b->microseconds - a->microseconds) / (b->bytes - a->bytes);
  return std::max(0.0, a->microseconds + slope * (bytes - a->bytes));
}

/// GB/s by one thread and by all.
struct bandwidths {
  double serial;
  double parallel;
};

/// Caches end at powers of two, so the curve is drawn over log2 of the working set. Where all threads seem to move
/// less than one of them, whoever measured it was not alone; the start of the threads is counted apart.
bandwidths bandwidth(cpu_profile const& cpu, double bytes) {
  if (cpu.bandwidth.empty())
    return {.serial = 10, .parallel = 20};
  auto const clamped = std::clamp(bytes, 1.0, cpu.bandwidth.back().bytes);
  auto const [a, b] = stretch_at(cpu.bandwidth, clamped);
  auto const start = detail::octaves(a->bytes);
  auto const share = a == b ? 0 : (detail::octaves(clamped) - start) / (detail::octaves(b->bytes) - start);
  auto const between = [share](double from, double to) { return std::max(from + (to - from) * share, 0.1); };
  auto const serial = between(a->gb_per_s_serial, b->gb_per_s_serial);
  return {.serial = serial,
          .parallel = std::max(serial, between(a->gb_per_s_parallel, b->gb_per_s_parallel))};
}

/// Work of one thread. What was measured at the call site contains the algorithm's own part; the memory's
/// share it contains only as far as that call's data did not fit the caches.
double serial_work_us(request const& asked, detail::class_cost const& cost, cpu_profile const& cpu) {
  auto const n = static_cast<double>(asked.n);
  if (asked.serial_ns_per_element > 0)
    return n * asked.serial_ns_per_element * 1e-3;
  return detail::operations_of(asked, cost) * cpu.ns_per_operation *
         detail::factor_of(cpu.factors, asked.kind) * 1e-3;
}

/// A candidate to be filled, where it will stay.
candidate& add_candidate(decision& made, backend where, int device, source origin) {
  auto& way = made.candidates[made.candidate_count++];
  detail::reset(way, where, device, origin);
  return way;
}

void add_cpu_candidate(decision& made, backend where, cpu_profile const& cpu, double work, double memory) {
  auto const parallel = where == backend::parallel;
  auto& way = add_candidate(made, where, -1, cpu.origin);
  way.possible = true;
  at(way, term::fork) = static_cast<float>(parallel ? cpu.fork_us : 0);
  at(way, term::work) = static_cast<float>(work);
  at(way, term::memory) =
      static_cast<float>(std::max(0.0, memory - work)); // they overlap: only the excess counts
  add_up<term::fork, term::memory, term::work>(way, parallel ? made.asked.parallel_correction
                                                             : made.asked.serial_correction);
}

void add_cpu_candidates(decision& made, machine const& state, cpu_profile const& cpu) {
  auto const& asked = made.asked;
  auto const cost = detail::cpu_cost(asked);
  auto const work = serial_work_us(asked, cost, cpu);
  auto const working_set = asked.read_bytes + asked.written_bytes;
  auto const kilobytes = working_set * cost.passes * 1e-3;
  auto const gb_per_s = bandwidth(cpu, working_set);
  add_cpu_candidate(made, backend::serial, cpu, work, kilobytes / gb_per_s.serial);
  if (made.candidates[0].total_us <= not_worth_looking_us)
    return;
  auto const speedup = 1 + (static_cast<double>(state.threads) - 1) * cpu.parallel_efficiency;
  add_cpu_candidate(made, backend::parallel, cpu, work / speedup, kilobytes / gb_per_s.parallel);
  made.candidates[1].possible = state.threads > 1;
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
  if (!device.admitted && !asked.both_wanted && !asked.gpu_only)
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
  auto const memory = bytes / known.gb_per_s * 1e-3;
  auto const work = detail::operations_of(asked, cost) * known.ns_per_operation * 1e-3;
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

/// What building the kernel takes: as seen in this process, else as the profile says.
double compile_us(request const& asked, device_profile const& known, std::size_t i) {
  if (asked.kernel != kernel_state::compiling && asked.device_kernel[i] != kernel_state::compiling)
    return 0;
  auto const seen = static_cast<double>(asked.device_compile_us[i]);
  return seen > 0 ? seen : known.compile_us;
}

void add_gpu_candidate(decision& made, device_state const& device, device_profile const& known, int index) {
  auto const& asked = made.asked;
  auto& way = add_candidate(made, backend::gpu, index, known.origin);
  auto const i = static_cast<std::size_t>(index);
  bool const waits = asked.both_wanted || asked.gpu_only;
  way.possible = usable(asked, device, way) && kernel_usable(asked.device_kernel[i], waits, way);
  auto const moved_bytes = static_cast<double>(asked.device_moved_bytes[i]);
  at(way, term::queue) = static_cast<float>(device.queued_us) + asked.device_queue_us[i];
  at(way, term::submit) = static_cast<float>(known.submit_us);
  at(way, term::kernel) = static_cast<float>(kernel_us(asked, known));
  at(way, term::upload) = static_cast<float>(transfer_us(known.upload, asked.upload_bytes + moved_bytes));
  at(way, term::download) =
      static_cast<float>(transfer_us(known.download, asked.download_bytes + moved_bytes));
  at(way, term::compile) = static_cast<float>(compile_us(asked, known, i));
  add_up<term::queue, term::submit, term::upload, term::kernel, term::download, term::compile>(
      way, asked.device_correction[i]);
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

void detail::decide_into(decision& made, machine const& state, profile const& known) noexcept {
  made.candidate_count = 0;
  made.crossover_n = 0;
  add_cpu_candidates(made, state, known.cpu);
  auto const devices = std::min({state.devices.size(), known.devices.size(), max_devices});
  for (std::size_t i = 0; i < devices; ++i)
    add_gpu_candidate(made, state.devices[i], known.devices[i], static_cast<int>(i));
  detail::add_fetching(made, known);
  detail::add_split(made);
  choose(made);
  detail::choose_wanted_split(made);
  if (made.candidate_count == 1)
    made.why = reason::too_small;
}

decision decide_quickly(request const& asked, machine const& state, profile const& known) noexcept {
  decision made;
  made.asked = asked;
  detail::decide_into(made, state, known);
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
