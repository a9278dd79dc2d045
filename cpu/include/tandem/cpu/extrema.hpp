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

/// The best of values a vector at a time: lane l has the best of values l, l + lanes, l + 2 · lanes …
template <class T, class Side>
class best_lanes {
 public:
  static constexpr std::size_t lanes =
      256 / sizeof(T); // several vectors, so that one comparison need not wait for the last

  best_lanes() {
    for (std::size_t l = 0; l < lanes; ++l)
      best_[l] = Side::template worst<T>();
  }
  void take_row(T const* in) {
    for (std::size_t l = 0; l < lanes; ++l)
      best_[l] = Side::beats(in[l], best_[l]) ? in[l] : best_[l];
  }
  void take(T value) { best_[0] = Side::beats(value, best_[0]) ? value : best_[0]; }
  T best() {
    for (std::size_t s = lanes / 2; s != 0; s /= 2)
      for (std::size_t l = 0; l < s; ++l)
        best_[l] = Side::beats(best_[l + s], best_[l]) ? best_[l + s] : best_[l];
    return best_[0];
  }

 private:
  alignas(64) T best_[lanes];
};

template <class T, class... Side>
struct lanes_of_sides : best_lanes<T, Side>... {};

template <class T, class... Side>
void fill_lanes(T const* in, std::size_t n, best_lanes<T, Side>&... best) {
  constexpr std::size_t row = 256 / sizeof(T);
  std::size_t i = 0;
  for (; i + row <= n; i += row) {
    prefetch_ahead(in + i, row);
    (best.take_row(in + i), ...);
  }
  for (; i < n; ++i)
    (best.take(in[i]), ...);
}

/// The best value of each block of a range, and where the best block starts.
template <class T, class Side>
struct extreme {
  T value = Side::template worst<T>();
  std::size_t block = 0;

  void take(T other, std::size_t start) {
    if (Side::beats(other, value))
      value = other, block = start;
  }
};

/// What is looked for in one pass: one end, or both.
template <class T, class... Side>
struct extremes : extreme<T, Side>... {
  void take(extremes const& other) {
    (extreme<T, Side>::take(other.extreme<T, Side>::value, other.extreme<T, Side>::block), ...);
  }
};

inline constexpr std::size_t extrema_block = 4096;

template <class... Side, class T>
extremes<T, Side...> extremes_of_range(isa level, T const* in, std::size_t first, std::size_t last) {
  return vectorised(level, [=] {
    extremes<T, Side...> found;
    for (auto b = first; b < last; b += extrema_block) {
      auto const count = last - b < extrema_block ? last - b : extrema_block;
      lanes_of_sides<T, Side...> block;
      fill_lanes(in + b, count, static_cast<best_lanes<T, Side>&>(block)...);
      (found.extreme<T, Side>::take(block.best_lanes<T, Side>::best(), b), ...);
    }
    return found;
  });
}

/// The index of the first element equal to the best value; 0 if all are NaN.
template <class Side, class T>
std::size_t index_of(execution const& how, std::size_t n, T const* in, extreme<T, Side> const& best) {
  auto equal = [value = best.value](T x) { return x == value; };
  if (best.value != Side::template worst<T>())
    return best.block + find_range(how.level, in + best.block, n - best.block, equal);
  auto const place = find_first<false>(how, n, in, equal); // nothing beat the worst: it, or NaNs alone
  return place == n ? 0 : place;
}

/// The ranges of all threads begin where cache lines do; what lies before the first is looked at beforehand.
template <class... Side, class T>
extremes<T, Side...> find_extremes(execution const& how, std::size_t n, T const* in) {
  auto const grain = extrema_block * (1 + n / (extrema_block * 1024));
  if (how.workers == nullptr || n <= grain)
    return extremes_of_range<Side...>(how.level, in, 0, n);
  auto const head = elements_before_line(in, n);
  auto best = extremes_of_range<Side...>(how.level, in, 0, head);
  range_results<extremes<T, Side...>> results(n - head, grain);
  for_ranges(how, n - head, grain, [&](std::size_t first, std::size_t last) {
    results.put(first, extremes_of_range<Side...>(how.level, in, head + first, head + last));
  });
  results.in_order([&](extremes<T, Side...> const& found) { best.take(found); });
  return best;
}

template <class Side, class T>
std::size_t extreme_index(execution const& how, std::size_t n, T const* in) {
  return index_of<Side>(how, n, in, find_extremes<Side>(how, n, in));
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

/// Both, each the first of equals; one pass over numbers.
template <class T>
minmax_index minmax_element(execution const& how, std::size_t n, T const* in) {
  if constexpr (vectorisable<T>) {
    auto const best = detail::find_extremes<detail::lower, detail::higher>(how, n, in);
    return {detail::index_of<detail::lower>(how, n, in, best),
            detail::index_of<detail::higher>(how, n, in, best)};
  } else {
    return {min_element(how, n, in), max_element(how, n, in)};
  }
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
