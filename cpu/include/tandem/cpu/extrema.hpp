#pragma once

#include <tandem/cpu/find.hpp>
#include <tandem/cpu/range_results.hpp>

#include <cstddef>
#include <limits>
#include <utility>

namespace tandem::cpu {
namespace detail {

/// Which of two values is further in a direction; a NaN is further than nothing.
struct lower {
  template <class T>
  static constexpr bool beats(T a, T b) noexcept {
    return a < b;
  }
  template <class T>
  static constexpr T worst() noexcept {
    if constexpr (std::numeric_limits<T>::has_infinity)
      return std::numeric_limits<T>::infinity();
    else
      return std::numeric_limits<T>::max();
  }
};

struct higher {
  template <class T>
  static constexpr bool beats(T a, T b) noexcept {
    return b < a;
  }
  template <class T>
  static constexpr T worst() noexcept {
    if constexpr (std::numeric_limits<T>::has_infinity)
      return -std::numeric_limits<T>::infinity();
    else
      return std::numeric_limits<T>::lowest();
  }
};

template <class T, class Side>
T extreme_of_block(T const* in, std::size_t n) {
  constexpr std::size_t lanes =
      256 / sizeof(T); // several vectors, so that one comparison need not wait for the last
  alignas(64) T best[lanes];
  for (std::size_t l = 0; l < lanes; ++l)
    best[l] = Side::template worst<T>();
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l)
      best[l] = Side::beats(in[i + l], best[l]) ? in[i + l] : best[l];
  for (; i < n; ++i)
    best[0] = Side::beats(in[i], best[0]) ? in[i] : best[0];
  for (std::size_t l = 1; l < lanes; ++l)
    best[0] = Side::beats(best[l], best[0]) ? best[l] : best[0];
  return best[0];
}

/// The best value of each block of a range, and where the best block starts.
template <class T>
struct extreme {
  T value;
  std::size_t block;
};

inline constexpr std::size_t extrema_block = 4096;

template <class Side, class T>
extreme<T> extreme_of_range(isa level, T const* in, std::size_t first, std::size_t last) {
  return vectorised(level, [=] {
    extreme<T> best{Side::template worst<T>(), first};
    for (auto b = first; b < last; b += extrema_block) {
      auto const value =
          extreme_of_block<T, Side>(in + b, last - b < extrema_block ? last - b : extrema_block);
      if (Side::beats(value, best.value))
        best = {value, b};
    }
    return best;
  });
}

/// The index of the first element equal to the best value; 0 if all are NaN.
template <class Side, class T>
std::size_t index_of(execution const& how, std::size_t n, T const* in, extreme<T> const& best) {
  auto equal = [value = best.value](T x) { return x == value; };
  if (best.value != Side::template worst<T>())
    return best.block + find_range(how.level, in + best.block, n - best.block, equal);
  auto const place = find_first<false>(how, n, in, equal); // nothing beat the worst: it, or NaNs alone
  return place == n ? 0 : place;
}

template <class Side, class T>
std::size_t extreme_index(execution const& how, std::size_t n, T const* in) {
  extreme<T> best{Side::template worst<T>(), 0};
  auto const grain = extrema_block * (1 + n / (extrema_block * 1024));
  if (how.workers == nullptr || n <= grain) {
    best = extreme_of_range<Side>(how.level, in, 0, n);
  } else {
    range_results<extreme<T>> results(n, grain);
    for_ranges(how, n, grain, [&](std::size_t first, std::size_t last) {
      results.put(first, extreme_of_range<Side>(how.level, in, first, last));
    });
    results.in_order([&](extreme<T> const& found) {
      if (Side::beats(found.value, best.value))
        best = found;
    });
  }
  return index_of<Side>(how, n, in, best);
}

/// Any type: the index that no other beats, the first of equals.
template <class T, class Beats>
std::size_t extreme_by(execution const& how, std::size_t n, T const* in, Beats const& beats) {
  auto const grain = find_grain(how, n);
  auto const of_range = [&](std::size_t first, std::size_t last) {
    auto best = first;
    for (auto i = first + 1; i < last; ++i)
      if (beats(in[i], in[best]))
        best = i;
    return best;
  };
  if (how.workers == nullptr || n <= grain)
    return of_range(0, n);
  range_results<std::size_t> results(n, grain);
  for_ranges(how, n, grain,
             [&](std::size_t first, std::size_t last) { results.put(first, of_range(first, last)); });
  std::size_t best = 0;
  results.in_order([&](std::size_t found) {
    if (beats(in[found], in[best]))
      best = found;
  });
  return best;
}

} // namespace detail

struct minmax_index {
  std::size_t min;
  std::size_t max;
};

/// The index of the least element, the first of equals; n is at least 1. A NaN never wins (all NaN: 0).
template <class T>
std::size_t min_element(execution const& how, std::size_t n, T const* in) {
  if constexpr (vectorisable<T>)
    return detail::extreme_index<detail::lower>(how, n, in);
  else
    return detail::extreme_by(how, n, in, [](T const& a, T const& b) { return a < b; });
}

/// The index of the greatest element, the first of equals; n is at least 1. A NaN never wins (all NaN: 0).
template <class T>
std::size_t max_element(execution const& how, std::size_t n, T const* in) {
  if constexpr (vectorisable<T>)
    return detail::extreme_index<detail::higher>(how, n, in);
  else
    return detail::extreme_by(how, n, in, [](T const& a, T const& b) { return b < a; });
}

/// Both, each the first of equals.
template <class T>
minmax_index minmax_element(execution const& how, std::size_t n, T const* in) {
  return {min_element(how, n, in), max_element(how, n, in)};
}

/// The same by a strict weak order less(a, b).
template <class T, class Less>
std::size_t min_element(execution const& how, std::size_t n, T const* in, Less&& less) {
  return detail::extreme_by(how, n, in, less);
}
template <class T, class Less>
std::size_t max_element(execution const& how, std::size_t n, T const* in, Less&& less) {
  return detail::extreme_by(how, n, in, [&less](T const& a, T const& b) { return less(b, a); });
}
template <class T, class Less>
minmax_index minmax_element(execution const& how, std::size_t n, T const* in, Less&& less) {
  return {min_element(how, n, in, less), max_element(how, n, in, less)};
}

} // namespace tandem::cpu
