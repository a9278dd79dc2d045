#include "split_candidate.hpp"

#include <algorithm>
#include <cmath>

namespace tandem::detail {
namespace {

// Waking the thread that drives the device, and meeting it again.
constexpr double meeting_us = 40;
// Of one stream of copies on one thread, for joining the parts.
constexpr double merging_bytes_per_us = 10e3;

/// Predicted time of a part: start + slope * elements.
struct line {
  double start;
  double slope;
  double at(double elements) const { return start + slope * elements; }
};

double part(candidate const& way, term which) {
  return static_cast<double>(way.microseconds[static_cast<std::size_t>(which)]);
}

double uncorrected(candidate const& way) {
  return way.total_us - part(way, term::correction);
}

/// How a whole call's time would scale with its size, `fixed` apart.
line line_of(candidate const& whole, double fixed, double n, float slower) {
  auto const plain = uncorrected(whole);
  auto const factor = (plain > 0 ? whole.total_us / plain : 1) * static_cast<double>(slower);
  return {.start = fixed * factor, .slope = (plain - fixed) * factor / n};
}

candidate const& cpu_side(decision const& made) {
  bool const parallel = made.candidate_count > 1 && made.candidates[1].where == backend::parallel &&
                        made.candidates[1].possible;
  return made.candidates[parallel ? 1 : 0];
}

candidate split_with(decision const& made, candidate const& device) {
  auto const n = static_cast<double>(made.asked.n);
  auto const index = static_cast<std::size_t>(device.device);
  auto const& cpu = cpu_side(made);
  auto const cpu_line =
      line_of(cpu, part(cpu, term::fork) + part(cpu, term::download), n, made.asked.beside_device[index]);
  auto const device_fixed =
      part(device, term::queue) + part(device, term::submit) + part(device, term::compile);
  auto const device_line = line_of(device, device_fixed, n, made.asked.device_beside[index]);
  auto const slopes = cpu_line.slope + device_line.slope;
  auto share = slopes > 0 ? (cpu_line.at(n) - device_line.start) / slopes : n / 2;
  constexpr auto granule = static_cast<double>(split_granule);
  auto const most = std::floor((n - 1) / granule) * granule; // something is left for the CPU
  share = std::clamp(std::floor(share / granule) * granule, granule, most);

  candidate way{.where = backend::both, .device = device.device, .possible = true, .origin = device.origin};
  way.device_elements = static_cast<std::size_t>(share);
  way.device_part_us = static_cast<float>(device_line.at(share));
  way.cpu_part_us = static_cast<float>(cpu_line.at(n - share));
  for (auto const which : {term::queue, term::submit, term::compile})
    way.microseconds[static_cast<std::size_t>(which)] = static_cast<float>(part(device, which));
  for (auto const which : {term::upload, term::kernel, term::download})
    way.microseconds[static_cast<std::size_t>(which)] = static_cast<float>(part(device, which) * share / n);
  auto const merging = meeting_us + made.asked.merged_bytes / merging_bytes_per_us;
  way.microseconds[static_cast<std::size_t>(term::merge)] = static_cast<float>(merging);
  way.total_us = std::max(device_line.at(share), cpu_line.at(n - share)) + merging;
  double sum = 0;
  for (auto const each : way.microseconds)
    sum += static_cast<double>(each);
  // What the slower part takes beyond the device's plain prediction.
  way.microseconds[static_cast<std::size_t>(term::correction)] = static_cast<float>(way.total_us - sum);
  return way;
}

bool may_divide(request const& asked) {
  return asked.divisible && asked.n >= 2 * split_granule && !asked.cpu_only;
}

void add(decision& made, candidate const& way) {
  if (made.candidate_count < decision::max_candidates)
    made.candidates[made.candidate_count++] = way;
}

/// Splits are made only where both sides are possible and neither would do nearly everything.
bool worth_solving(decision const& made, candidate const& device) {
  if (!device.possible)
    return false;
  if (made.asked.both_wanted)
    return true;
  // Two sides together take 1 / (1 / a + 1 / b): the slower one must not take more than 1 / 0.15 times as
  // long.
  auto const cpu = cpu_side(made).total_us;
  return device.total_us < 8 * cpu && cpu < 8 * device.total_us;
}

} // namespace

candidate const* split_of(decision const& made) noexcept {
  for (std::size_t i = made.candidate_count; i-- > 0;)
    if (made.candidates[i].where == backend::both)
      return &made.candidates[i];
  return nullptr;
}

void add_fetching(decision& made, profile const& known) noexcept {
  auto const bytes = made.asked.fetched_bytes;
  if (bytes <= 0 || known.devices.empty())
    return;
  auto const& samples = known.devices.front().download;
  auto us = 10 + bytes / 10e3; // 10 µs and 10 GB/s until measured
  if (samples.size() >= 2) {
    auto const& last = samples.back();
    us = samples.front().microseconds + last.microseconds * bytes / std::max(last.bytes, 1.0);
  }
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto& way = made.candidates[i];
    if (way.where != backend::serial && way.where != backend::parallel)
      continue;
    way.microseconds[static_cast<std::size_t>(term::download)] += static_cast<float>(us);
    way.total_us += us;
  }
}

void add_split(decision& made) noexcept {
  auto const& asked = made.asked;
  if (!asked.both_wanted && (!may_divide(asked) || made.candidate_count < 3))
    return;
  candidate best{.where = backend::both, .why = may_divide(asked) ? reason::no_device : reason::indivisible};
  auto alone_us = made.candidates[0].total_us;
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    if (way.possible)
      alone_us = std::min(alone_us, way.total_us);
    if (way.where != backend::gpu || !may_divide(asked))
      continue;
    if (!best.possible && !way.possible)
      best.why = way.why;
    if (!worth_solving(made, way))
      continue;
    if (auto const split = split_with(made, way); !best.possible || split.total_us < best.total_us)
      best = split;
  }
  if (best.possible && !asked.both_wanted && best.total_us * split_gain >= alone_us) {
    best.possible = false;
    best.why = reason::no_gain;
  }
  if (best.possible || best.why == reason::no_gain || asked.both_wanted)
    add(made, best);
}

void choose_wanted_split(decision& made) noexcept {
  if (!made.asked.both_wanted)
    return;
  auto const* const split = split_of(made);
  if (split != nullptr && split->possible) {
    made.chosen = *split;
    made.why = reason::forced;
  } else if (split != nullptr) {
    made.why = split->why;
  }
}

} // namespace tandem::detail
