#include "sort/counting_sort.hpp"

#include <algorithm>
#include <vector>

namespace tandem::cpu::sorting {
namespace {

template <class Key>
inline constexpr std::size_t values = std::size_t{1} << (8 * sizeof(Key));

/// Adds keys to one of several tables in turn: equal neighbours do not wait for each other's store.
template <class Key>
void count(Key const* keys, std::size_t n, Key flip, std::size_t* counts) {
  constexpr std::size_t tables = sizeof(Key) == 1 ? 4 : 1;
  if constexpr (tables == 1) {
    for (std::size_t i = 0; i < n; ++i)
      ++counts[keys[i] ^ flip];
  } else {
    std::size_t spread[tables][values<Key>] = {};
    std::size_t i = 0;
    for (; i + tables <= n; i += tables)
      for (std::size_t t = 0; t < tables; ++t)
        ++spread[t][keys[i + t] ^ flip];
    for (; i < n; ++i)
      ++spread[0][keys[i] ^ flip];
    for (auto const& table : spread)
      for (std::size_t v = 0; v < values<Key>; ++v)
        counts[v] += table[v];
  }
}

/// Writes keys[first, last) of the sorted array; ends[v] is where value v ends.
template <class Key>
void fill(Key* keys, std::size_t first, std::size_t last, Key flip, std::vector<std::size_t> const& ends) {
  auto v = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), first) - ends.begin());
  for (; first < last; ++v) {
    std::size_t const end = std::min(last, ends[v]);
    std::fill(keys + first, keys + end, static_cast<Key>(v ^ flip));
    first = end;
  }
}

} // namespace

template <class Key>
void counting_sort(execution const& how, Key* keys, std::size_t n, Key flip) {
  constexpr std::size_t grain = std::size_t{1} << 18;
  std::size_t const threads = how.workers == nullptr ? 1 : how.workers->threads();
  std::size_t const parts = std::clamp<std::size_t>(n / grain, 1, threads);
  std::vector<std::size_t> counts(parts * values<Key>);
  auto const count_part = [&](std::size_t part) {
    std::size_t const first = n / parts * part;
    std::size_t const last = part + 1 == parts ? n : n / parts * (part + 1);
    count(keys + first, last - first, flip, counts.data() + part * values<Key>);
  };
  if (parts == 1)
    count_part(0);
  else
    how.workers->for_workers(parts, count_part);
  std::vector<std::size_t> ends(counts.begin(), counts.begin() + values<Key>);
  for (std::size_t part = 1; part < parts; ++part)
    for (std::size_t v = 0; v < values<Key>; ++v)
      ends[v] += counts[part * values<Key> + v];
  for (std::size_t v = 1; v < values<Key>; ++v)
    ends[v] += ends[v - 1];
  for_ranges(how, n, grain,
             [&](std::size_t first, std::size_t last) { fill(keys, first, last, flip, ends); });
}

template void counting_sort(execution const&, std::uint8_t*, std::size_t, std::uint8_t);
template void counting_sort(execution const&, std::uint16_t*, std::size_t, std::uint16_t);

} // namespace tandem::cpu::sorting
