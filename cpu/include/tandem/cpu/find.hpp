#pragma once

#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/map.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tandem::cpu {
namespace detail {

template <class T, class Pred>
std::size_t count_range(isa level, T const* in, std::size_t n, Pred& pred) {
  return vectorised_if<vectorisable<T>>(level, [=, test = hold(pred)] {
    constexpr std::size_t block = 4096; // counted in 32 bits, which vectors do better
    std::size_t total = 0;
    for (std::size_t first = 0; first < n; first += block) {
      auto const count = n - first < block ? n - first : block;
      std::uint32_t found = 0;
      for (std::size_t i = 0; i < count; ++i)
        found += test(in[first + i]) ? 1u : 0u;
      total += found;
    }
    return total;
  });
}

/// The first of n elements with pred(x), else n. For arithmetic types whole blocks are tested before one is
/// searched.
template <class T, class Pred>
std::size_t find_range(isa level, T const* in, std::size_t n, Pred& pred) {
  if constexpr (vectorisable<T>) {
    return vectorised(level, [=, test = hold(pred)]() -> std::size_t {
      constexpr std::size_t block = 256;
      for (std::size_t first = 0; first < n; first += block) {
        auto const count = n - first < block ? n - first : block;
        prefetch_ahead(in + first, count);
        unsigned any = 0;
        for (std::size_t i = 0; i < count; ++i)
          any |= test(in[first + i]) ? 1u : 0u;
        if (any != 0)
          for (std::size_t i = first; i < first + count; ++i)
            if (test(in[i]))
              return i;
      }
      return n;
    });
  } else {
    for (std::size_t i = 0; i < n; ++i)
      if (pred(in[i]))
        return i;
    return n;
  }
}

inline std::size_t find_grain(execution const& how, std::size_t n) noexcept {
  auto const grain = map_grain(how, n);
  return grain < 4096 ? grain : 4096;
}

/// Any: the first one found will do. Otherwise the lowest index counts, and only higher ones stop searching.
/// `search(first, count)` looks at count elements from `first` on: how many come before the first hit, else
/// count. `data`: what it reads, if that is one array; else null.
template <bool Any, class T, class Search>
std::size_t search_first(execution const& how, std::size_t n, T const* data, Search const& search) {
  std::atomic<std::size_t> found{n};
  constexpr std::size_t step = 4096; // looked at between two glances at what others found
  for_ranges_of_lines(how, n, find_grain(how, n), data, [&](std::size_t first, std::size_t last) {
    for (auto i = first; i < last; i += step) {
      auto lowest = found.load(std::memory_order_relaxed);
      if (Any ? lowest != n : lowest <= i)
        return;
      auto const count = last - i < step ? last - i : step;
      auto const place = i + search(i, count);
      if (place == i + count)
        continue;
      while (place < lowest && !found.compare_exchange_weak(lowest, place, std::memory_order_relaxed))
        continue;
      return;
    }
  });
  return found.load(std::memory_order_relaxed);
}

template <bool Any, class T, class Pred>
std::size_t find_first(execution const& how, std::size_t n, T const* in, Pred& pred) {
  return search_first<Any>(how, n, in, [&](std::size_t first, std::size_t count) {
    return find_range(how.level, in + first, count, pred);
  });
}

} // namespace detail

/// How many elements have pred(x).
template <class T, class Pred>
std::size_t count(execution const& how, std::size_t n, T const* in, Pred&& pred) {
  std::atomic<std::size_t> total{0};
  auto const grain = detail::map_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, in, [&](std::size_t first, std::size_t last) {
    total.fetch_add(detail::count_range(how.level, in + first, last - first, pred),
                    std::memory_order_relaxed);
  });
  return total.load(std::memory_order_relaxed);
}

/// The lowest index with pred(x), n if there is none. pred may be called on elements behind it, and twice on
/// some.
template <class T, class Pred>
std::size_t find_if(execution const& how, std::size_t n, T const* in, Pred&& pred) {
  return detail::find_first<false>(how, n, in, pred);
}

/// Whether some element has pred(x); stops soon after one is found.
template <class T, class Pred>
bool any_of(execution const& how, std::size_t n, T const* in, Pred&& pred) {
  return detail::find_first<true>(how, n, in, pred) != n;
}

template <class T, class Pred>
bool all_of(execution const& how, std::size_t n, T const* in, Pred&& pred) {
  auto fails = [test = hold(pred)](T const& x) { return !test(x); };
  return detail::find_first<true>(how, n, in, fails) == n;
}

template <class T, class Pred>
bool none_of(execution const& how, std::size_t n, T const* in, Pred&& pred) {
  return !any_of(how, n, in, pred);
}

} // namespace tandem::cpu
