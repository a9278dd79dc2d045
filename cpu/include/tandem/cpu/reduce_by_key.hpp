#pragma once

#include <tandem/cpu/filter.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace tandem::cpu {
namespace detail {

inline constexpr std::size_t run_fan = 16; ///< parts that one node of the shape joins
inline constexpr std::size_t run_tile = run_fan * run_fan * run_fan;

/// What a tile has found out about a run of keys that an earlier tile began.
template <class T>
struct run_continued {
  std::unique_ptr<T> total; ///< of the tile's elements before its first new key; null if there are none
  std::size_t run = 0;      ///< the number of that run
};

/// part(i) for i in [first, last), a non-empty part of one node of `width` of them, joined from left to right
/// by nodes of a sixteenth of the width, and so on.
template <class T, class Part, class Op>
T join_parts(std::size_t first, std::size_t last, std::size_t width, Part const& part, Op& op) {
  if (width == 1)
    return part(first);
  auto const child = width / run_fan;
  auto const end_of_child = [&](std::size_t i) {
    auto const end = (i / child + 1) * child;
    return end < last ? end : last;
  };
  auto i = end_of_child(first);
  T total = join_parts<T>(first, i, child, part, op);
  while (i < last) {
    auto const end = end_of_child(i);
    total = static_cast<T>(op(std::move(total), join_parts<T>(i, end, child, part, op)));
    i = end;
  }
  return total;
}

/// The values [first, last) of one run within a tile.
template <class T, class Value, class Op>
T join_values(Value const* values, std::size_t first, std::size_t last, Op& op) {
  auto const lane = [&](std::size_t from, std::size_t end) {
    T total = static_cast<T>(values[from]);
    for (auto i = from + 1; i < end; ++i)
      total = static_cast<T>(op(std::move(total), static_cast<T>(values[i])));
    return total;
  };
  if (first / run_fan == (last - 1) / run_fan)
    return lane(first, last);
  auto const part = [&](std::size_t which) {
    auto const from = which * run_fan, end = from + run_fan;
    return lane(from < first ? first : from, end < last ? end : last);
  };
  return join_parts<T>(first / run_fan, (last - 1) / run_fan + 1, run_fan * run_fan, part, op);
}

/// The parts of runs that several tiles share, tile after tile, become their totals.
template <class T, class Op>
void join_tiles(run_continued<T>* continued, std::size_t tiles, T* values_out, Op& op) {
  for (std::size_t t = 0; t < tiles; ++t) {
    if (!continued[t].total)
      continue;
    auto const first = t - 1, run = continued[t].run; // the tile before has the run's beginning
    while (t + 1 < tiles && continued[t + 1].total && continued[t + 1].run == run)
      ++t;
    auto width = run_fan;
    while (first / width != t / width)
      width *= run_fan;
    auto const part = [&](std::size_t i) {
      return std::move(i == first ? values_out[run] : *continued[i].total);
    };
    T total = join_parts<T>(first, t + 1, width, part, op);
    values_out[run] = std::move(total);
  }
}

} // namespace detail

/// How many runs of consecutive keys with equals(previous, key) there are.
template <class Key, class Equal>
std::size_t count_runs(execution const& how, std::size_t n, Key const* keys, Equal&& equals) {
  std::atomic<std::size_t> runs{n == 0 ? std::size_t{0} : std::size_t{1}};
  for_ranges(how, n, 4096, [&](std::size_t first, std::size_t last) {
    std::size_t count = 0;
    for (auto i = first == 0 ? 1 : first; i < last; ++i)
      count += equals(keys[i - 1], keys[i]) ? 0 : 1;
    runs.fetch_add(count, std::memory_order_relaxed);
  });
  return runs.load();
}

/// For each run of consecutive keys with equals(previous, key): its first key to keys_out, op over its values
/// (as T) to values_out, in order; returns how many runs. op is associative. Values meet in the fixed shape
/// of runs (docs/architecture.md): the same bits for any number of threads. Outputs have room for every run
/// and overlap nothing.
template <class T, class Key, class Value, class KeyOut, class Equal, class Op>
std::size_t reduce_by_key(execution const& how, std::size_t n, Key const* keys, Value const* values,
                          KeyOut* keys_out, T* values_out, Equal&& equals, Op&& op) {
  constexpr auto tile = detail::run_tile;
  auto const tiles = n / tile + (n % tile != 0);
  auto const begins_run = [&](std::size_t i) { return i == 0 || !equals(keys[i - 1], keys[i]); };
  std::unique_ptr<std::size_t[]> const runs_before(new std::size_t[tiles + 1]);
  runs_before[0] = 0;
  for_ranges(how, tiles, 1, [&](std::size_t first, std::size_t last) {
    for (auto t = first; t < last; ++t) {
      std::size_t count = 0;
      for (auto i = t * tile; i < n && i < (t + 1) * tile; ++i)
        count += begins_run(i) ? 1 : 0;
      runs_before[t + 1] = count;
    }
  });
  for (std::size_t t = 0; t < tiles; ++t)
    runs_before[t + 1] += runs_before[t];

  std::unique_ptr<detail::run_continued<T>[]> const continued(new detail::run_continued<T>[tiles]);
  for_ranges(how, tiles, 1, [&](std::size_t first, std::size_t last) {
    for (auto t = first; t < last; ++t) {
      auto const end = n - t * tile < tile ? n : (t + 1) * tile;
      auto run = runs_before[t];
      for (auto i = t * tile; i < end;) {
        bool const is_new = begins_run(i);
        if (is_new)
          keys_out[run] = keys[i];
        auto const from = i++;
        while (i < end && !begins_run(i))
          ++i;
        T total = detail::join_values<T>(values, from, i, op);
        if (is_new)
          values_out[run++] = std::move(total);
        else
          continued[t] = {std::make_unique<T>(std::move(total)), run - 1};
      }
    }
  });
  detail::join_tiles(continued.get(), tiles, values_out, op);
  return runs_before[tiles];
}

} // namespace tandem::cpu
