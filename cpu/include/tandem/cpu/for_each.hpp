#pragma once

#include <tandem/cpu/map.hpp>

namespace tandem::cpu {
namespace detail {

/// Like map_grain, but for side effects of any weight: down to one element a range.
inline std::size_t effects_grain(execution const& how, std::size_t n) noexcept {
  if (how.workers == nullptr)
    return n;
  auto const share = n / (how.workers->threads() * 16);
  return share < 1 ? 1 : share > 4096 ? 4096 : share;
}

} // namespace detail

/// f(data[i]) once for each i in [0, n), in no fixed order; f may change the element.
template <class T, class F>
void for_each(execution const& how, std::size_t n, T* data, F&& f) {
  auto const grain = detail::effects_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, data, [&](std::size_t first, std::size_t last) {
    vectorised_small_if<vectorisable<T>>(how.level, [p = data + first, count = last - first, g = hold(f)] {
      for (std::size_t i = 0; i < count; ++i)
        g(p[i]);
    });
  });
}

/// f(i) once for each i in [0, n), in no fixed order.
template <class F>
void for_n(execution const& how, std::size_t n, F&& f) {
  for_ranges(how, n, detail::effects_grain(how, n), [&](std::size_t first, std::size_t last) {
    vectorised_small_if<true>(how.level, [first, last, g = hold(f)] {
      for (std::size_t i = first; i < last; ++i)
        g(i);
    });
  });
}

} // namespace tandem::cpu
