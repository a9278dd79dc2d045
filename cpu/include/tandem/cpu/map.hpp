#pragma once

#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/cursor.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/streaming.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::cpu {
namespace detail {

/// A result as an element: like assignment, without the compiler's remarks on narrowing.
template <class To, class From>
constexpr decltype(auto) as_element(From&& value) {
  if constexpr (std::is_arithmetic_v<To>)
    return static_cast<To>(value);
  else
    return std::forward<From>(value);
}

/// How many elements a range should have at least, for functions of unknown cost.
inline std::size_t map_grain(execution const& how, std::size_t n) noexcept {
  constexpr std::size_t line = 64,
                        most = 16384; // element counts; multiples of 64 keep threads on lines of their own
  if (how.workers == nullptr)
    return n;
  auto const share = n / (how.workers->threads() * 8) / line * line;
  return share < line ? line : share > most ? most : share;
}

template <class Out, class F, class... In>
void map_range(isa level, std::size_t n, Out* out, F& f, In... in) {
  vectorised_if<(vectorisable<Out> && ... && vectorisable_input<In>)>(level, [=, g = hold(f)] {
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t i = 0; i < n; ++i)
      out[i] = as_element<Out>(g(in[i]...));
  });
}

template <class Out, class F, class... In>
void map_range_streaming(isa level, std::size_t n, Out* out, F& f, In... in) {
  constexpr std::size_t tile = streaming_tile_bytes / sizeof(Out);
  alignas(64) Out buffer[tile];
  for (std::size_t i = 0; i < n; i += tile) {
    auto const count = n - i < tile ? n - i : tile;
    map_range(level, count, buffer, f, (in + i)...);
    streaming_copy(out + i, buffer, count * sizeof(Out));
  }
  streaming_fence();
}

} // namespace detail

/// out[i] = f(in[i]…) for i in [0, n). Inputs are pointers or cpu::indices. `out` may be one of the inputs,
/// else it must not overlap any. f is copied per range where that is trivial, so what a mutable f remembers
/// is lost.
template <class Out, class F, class... In>
void map(execution const& how, std::size_t n, Out* out, F&& f, In... in) {
  constexpr bool plain = (vectorisable<Out> && ... && detail::vectorisable_input<In>);
  bool streaming = false;
  if constexpr (plain && !std::is_same_v<Out, bool>) {
    bool const in_place = (... || detail::starts_at(in, out));
    streaming = !in_place && prefers_streaming(n * sizeof(Out));
  }
  for_ranges(how, n, detail::map_grain(how, n), [&](std::size_t first, std::size_t last) {
    if constexpr (plain && !std::is_same_v<Out, bool>)
      if (streaming)
        return detail::map_range_streaming(how.level, last - first, out + first, f, (in + first)...);
    detail::map_range(how.level, last - first, out + first, f, (in + first)...);
  });
}

} // namespace tandem::cpu
