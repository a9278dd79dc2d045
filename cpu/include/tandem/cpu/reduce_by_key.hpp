#pragma once

#include <tandem/cpu/filter.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace tandem::cpu {
namespace detail {

/// What a tile has found out about a run of keys that an earlier tile began.
template <class T>
struct run_continued {
  std::unique_ptr<T> total; ///< of the tile's elements before its first new key; null if there are none
  std::size_t run = 0;      ///< the number of that run
};

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
/// (as T) to values_out, in order; returns how many runs. op is associative. Values are folded left to right
/// in tiles of 4096 elements, and the parts of a longer run left to right: the same bits for any number of
/// threads. Outputs have room for every run and overlap nothing.
template <class T, class Key, class Value, class KeyOut, class Equal, class Op>
std::size_t reduce_by_key(execution const& how, std::size_t n, Key const* keys, Value const* values,
                          KeyOut* keys_out, T* values_out, Equal&& equals, Op&& op) {
  constexpr std::size_t tile = 4096;
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
      auto i = t * tile;
      while (i < end) {
        bool const is_new = begins_run(i);
        if (is_new)
          keys_out[run] = keys[i];
        T total = static_cast<T>(values[i]);
        for (++i; i < end && !begins_run(i); ++i)
          total = static_cast<T>(op(std::move(total), static_cast<T>(values[i])));
        if (is_new)
          values_out[run++] = std::move(total);
        else
          continued[t] = {std::make_unique<T>(std::move(total)), run - 1};
      }
    }
  });
  for (std::size_t t = 0; t < tiles; ++t)
    if (continued[t].total) {
      auto& result = values_out[continued[t].run];
      result = static_cast<T>(op(std::move(result), std::move(*continued[t].total)));
    }
  return runs_before[tiles];
}

} // namespace tandem::cpu
