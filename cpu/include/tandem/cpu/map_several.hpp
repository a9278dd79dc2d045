#pragma once

#include <tandem/cpu/map.hpp>

#include <tuple>
#include <utility>

namespace tandem::cpu {
namespace detail {

template <class... Out, class Results, std::size_t... I>
constexpr void store_results(std::size_t at, std::tuple<Out*...> const& out, Results&& results,
                             std::index_sequence<I...>) {
  using std::get; // of std::tuple, std::pair and std::array
  ((get<I>(out)[at] = as_element<Out>(get<I>(std::forward<Results>(results)))), ...);
}

} // namespace detail

/// (out0[i], out1[i] …) = f(in[i]…) for i in [0, n), f returning a tuple, pair or array. Outputs may be
/// inputs, in any order; else they must not overlap any, nor each other.
template <class... Out, class F, class... In>
void map_several(execution const& how, std::size_t n, std::tuple<Out*...> const& out, F&& f,
                 In const*... in) {
  constexpr bool plain = (vectorisable<Out> && ...) && (vectorisable<In> && ...);
  auto const grain = detail::map_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, std::get<0>(out), [&](std::size_t first, std::size_t last) {
    vectorised_if<plain>(how.level, [=, g = hold(f)] {
      TANDEM_INDEPENDENT_ITERATIONS
      for (std::size_t i = first; i < last; ++i)
        detail::store_results(i, out, g(in[i]...), std::index_sequence_for<Out...>{});
    });
  });
}

/// (out0[i], out1[i] …) = f(Index(i)) for i in [0, n).
template <class Index, class... Out, class F>
void generate_several(execution const& how, std::size_t n, std::tuple<Out*...> const& out, F&& f) {
  auto const grain = detail::map_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, std::get<0>(out), [&](std::size_t first, std::size_t last) {
    vectorised_if<(vectorisable<Out> && ...)>(how.level, [=, g = hold(f)] {
      TANDEM_INDEPENDENT_ITERATIONS
      for (std::size_t i = first; i < last; ++i)
        detail::store_results(i, out, g(static_cast<Index>(i)), std::index_sequence_for<Out...>{});
    });
  });
}

/// out[y * width + x] = f(x, y), 32-bit coordinates, for the elements [first, first + n) of such rows.
template <class Out, class F>
void generate_rows(execution const& how, std::size_t first, std::size_t n, std::uint32_t width, Out* out,
                   F&& f) {
  for_ranges(how, n, detail::map_grain(how, n), [&](std::size_t from, std::size_t to) {
    for (std::size_t at = first + from, end = first + to; at < end;) {
      auto const x0 = static_cast<std::uint32_t>(at % width);
      auto const y = static_cast<std::uint32_t>(at / width);
      auto const count = static_cast<std::uint32_t>(width - x0 < end - at ? width - x0 : end - at);
      vectorised_if<vectorisable<Out>>(how.level, [=, row = out + at, g = hold(f)] {
        TANDEM_INDEPENDENT_ITERATIONS
        for (std::uint32_t x = 0; x < count; ++x)
          row[x] = detail::as_element<Out>(g(x0 + x, y));
      });
      at += count;
    }
  });
}

} // namespace tandem::cpu
