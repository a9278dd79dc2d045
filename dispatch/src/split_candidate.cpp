#include "split_candidate.hpp"

#include "decide_into.hpp"

#include <algorithm>
#include <cstdint>

namespace tandem::detail {
namespace {

// Waking the thread that drives the device, and meeting it again.
constexpr double meeting_us = 40;
// Of one stream of copies on one thread, for joining the parts.
constexpr double merging_us_per_byte = 1e-4;

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
line line_of(candidate const& whole, double fixed, double n) {
  auto const plain = uncorrected(whole);
  auto const factor = plain > 0 ? whole.total_us / plain : 1;
  return {.start = fixed * factor, .slope = (plain - fixed) * factor / n};
}

line slowed(line const& plain, float factor) {
  return {.start = plain.start * static_cast<double>(factor),
          .slope = plain.slope * static_cast<double>(factor)};
}

candidate const& cpu_side(decision const& made) {
  bool const parallel = made.candidate_count > 1 && made.candidates[1].where == backend::parallel &&
                        made.candidates[1].possible;
  return made.candidates[parallel ? 1 : 0];
}

double merging_us(request const& asked) {
  return meeting_us + asked.merged_bytes * merging_us_per_byte;
}

/// A division of the call, and what it is predicted to take.
struct plan {
  candidate const* device = nullptr;
  double share = 0; ///< elements of the device
  double device_us = 0;
  double cpu_us = 0;
  double merging_us = 0;
  double total_us() const { return std::max(device_us, cpu_us) + merging_us; }
};

line cpu_line_of(decision const& made) {
  auto const& cpu = cpu_side(made);
  return line_of(cpu, part(cpu, term::fork) + part(cpu, term::download), static_cast<double>(made.asked.n));
}

/// Down to a whole number of blocks.
double whole_granules(double elements) {
  return static_cast<double>(static_cast<std::int64_t>(elements) / static_cast<std::int64_t>(split_granule) *
                             static_cast<std::int64_t>(split_granule));
}

plan plan_with(decision const& made, candidate const& device) {
  auto const n = static_cast<double>(made.asked.n);
  auto const index = static_cast<std::size_t>(device.device);
  auto const cpu_line = slowed(cpu_line_of(made), made.asked.beside_device[index]);
  auto const device_fixed =
      part(device, term::queue) + part(device, term::submit) + part(device, term::compile);
  auto const device_line = slowed(line_of(device, device_fixed, n), made.asked.device_beside[index]);
  auto const slopes = cpu_line.slope + device_line.slope;
  auto share = slopes > 0 ? (cpu_line.at(n) - device_line.start) / slopes : n / 2;
  share = std::clamp(share, 0.0, n - 1); // something is left for the CPU
  share = std::max(whole_granules(share), static_cast<double>(split_granule));
  return {.device = &device,
          .share = share,
          .device_us = device_line.at(share),
          .cpu_us = cpu_line.at(n - share),
          .merging_us = merging_us(made.asked)};
}

void fill(candidate& way, plan const& from, double n) {
  auto const& device = *from.device;
  way.device = device.device;
  way.origin = device.origin;
  way.device_elements = static_cast<std::size_t>(from.share);
  way.device_part_us = static_cast<float>(from.device_us);
  way.cpu_part_us = static_cast<float>(from.cpu_us);
  double sum = from.merging_us;
  auto const set = [&](term which, double factor) {
    auto const us = part(device, which) * factor;
    way.microseconds[static_cast<std::size_t>(which)] = static_cast<float>(us);
    sum += us;
  };
  for (auto const which : {term::queue, term::submit, term::compile})
    set(which, 1);
  for (auto const which : {term::upload, term::kernel, term::download})
    set(which, from.share / n);
  way.microseconds[static_cast<std::size_t>(term::merge)] = static_cast<float>(from.merging_us);
  way.total_us = from.total_us();
  // What the slower part takes beyond the device's plain prediction.
  way.microseconds[static_cast<std::size_t>(term::correction)] = static_cast<float>(way.total_us - sum);
}

bool may_divide(request const& asked) {
  return asked.divisible && asked.n >= 2 * split_granule && !asked.cpu_only;
}

/// What the slower part of a split must take at most, so that the split gains enough over `alone_us`.
double most_us(request const& asked, double alone_us) {
  return alone_us * (1 / split_gain) - merging_us(asked);
}

/// Splits are made only where both sides are possible and may gain enough: together they take 1 / (1 / a + 1
/// / b) at least, what does not shrink with their parts not counted.
bool worth_solving(decision const& made, candidate const& device, double most) {
  if (!device.possible)
    return false;
  if (made.asked.both_wanted)
    return true;
  auto const index = static_cast<std::size_t>(device.device);
  auto const a = cpu_side(made).total_us * static_cast<double>(made.asked.beside_device[index]);
  auto const b = device.total_us * static_cast<double>(made.asked.device_beside[index]);
  return a * b < most * (a + b);
}

double best_alone_us(decision const& made) {
  auto best = made.candidates[0].total_us;
  for (std::size_t i = 1; i < made.candidate_count; ++i)
    if (made.candidates[i].possible)
      best = std::min(best, made.candidates[i].total_us);
  return best;
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
  bool const may = may_divide(asked);
  if ((!asked.both_wanted && (!may || made.candidate_count < 3)) ||
      made.candidate_count == decision::max_candidates)
    return;
  plan best;
  bool possible = false;
  auto why = may ? reason::no_device : reason::indivisible;
  auto const alone_us = best_alone_us(made);
  auto const most = most_us(asked, alone_us);
  for (std::size_t i = 0; i < made.candidate_count && may; ++i) {
    auto const& way = made.candidates[i];
    if (way.where != backend::gpu)
      continue;
    if (!way.possible && !possible)
      why = way.why;
    possible = possible || way.possible;
    if (!worth_solving(made, way, most))
      continue;
    if (auto const split = plan_with(made, way); best.device == nullptr || split.total_us() < best.total_us())
      best = split;
  }
  if (!possible && !asked.both_wanted)
    return;
  auto& way = made.candidates[made.candidate_count++];
  reset(way, backend::both, -1, source::assumed);
  if (best.device != nullptr)
    fill(way, best, static_cast<double>(asked.n));
  way.possible = best.device != nullptr && (asked.both_wanted || way.total_us * split_gain < alone_us);
  way.why = way.possible ? reason::slower : possible ? reason::no_gain : why;
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
