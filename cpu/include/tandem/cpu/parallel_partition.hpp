#pragma once

#include <tandem/cpu/execution.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace tandem::cpu::sorting {

constexpr std::size_t lesser(std::size_t a, std::size_t b) noexcept {
  return b < a ? b : a;
}

/// What parallel_partition exchanges: in every part the elements on the wrong side of the boundary are one
/// run.
class misplaced_runs {
 public:
  static constexpr std::size_t max_parts = 64;

  void add(std::size_t first, std::size_t last) noexcept {
    if (first >= last)
      return;
    starts_[size_] = first;
    ends_[size_] = total_ += last - first;
    ++size_;
  }

  std::size_t total() const noexcept { return total_; }

  /// The position of the index-th misplaced element, and in `left` how many follow it without a gap, itself
  /// included.
  std::size_t locate(std::size_t index, std::size_t& left) const noexcept {
    std::size_t run = 0;
    while (ends_[run] <= index)
      ++run;
    std::size_t const before = run == 0 ? 0 : ends_[run - 1];
    left = ends_[run] - index;
    return starts_[run] + (index - before);
  }

 private:
  std::array<std::size_t, max_parts> starts_;
  std::array<std::size_t, max_parts> ends_;
  std::size_t size_ = 0;
  std::size_t total_ = 0;
};

/// Partitions data[0, n) in place on all threads of `workers`: `partition_part(first, last)` partitions a
/// part and returns how many of it belong to the front; then what lies on the wrong side of the common
/// boundary is exchanged, in parallel. Returns the boundary. An exception from partition_part passes through,
/// all elements kept.
template <class T, class PartitionPart>
std::size_t parallel_partition(pool& workers, T* data, std::size_t n, PartitionPart const& partition_part) {
  using std::swap;
  constexpr std::size_t exchange_grain = std::size_t{1} << 14;
  std::size_t const parts = lesser(workers.threads(), misplaced_runs::max_parts);
  std::array<std::size_t, misplaced_runs::max_parts> fronts;
  auto const start_of = [&](std::size_t part) { return part == parts ? n : n / parts * part; };
  workers.for_workers(
      parts, [&](std::size_t part) { fronts[part] = partition_part(start_of(part), start_of(part + 1)); });

  std::size_t boundary = 0;
  for (std::size_t part = 0; part < parts; ++part)
    boundary += fronts[part];
  misplaced_runs too_low;  // back elements below the boundary
  misplaced_runs too_high; // front elements above it: as many
  for (std::size_t part = 0; part < parts; ++part) {
    std::size_t const middle = start_of(part) + fronts[part];
    too_low.add(middle, lesser(start_of(part + 1), boundary));
    too_high.add(boundary < start_of(part) ? start_of(part) : boundary, middle);
  }
  for_ranges({&workers}, too_low.total(), exchange_grain, [&](std::size_t first, std::size_t last) {
    while (first < last) {
      std::size_t low_left = 0;
      std::size_t high_left = 0;
      T* const low = data + too_low.locate(first, low_left);
      T* const high = data + too_high.locate(first, high_left);
      std::size_t const count = lesser(lesser(low_left, high_left), last - first);
      for (std::size_t i = 0; i < count; ++i)
        swap(low[i], high[i]);
      first += count;
    }
  });
  return boundary;
}

} // namespace tandem::cpu::sorting
