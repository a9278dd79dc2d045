#pragma once

#include <tandem/cpu/cache_line.hpp>
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

/// Elements of a map between two looks ahead.
inline constexpr std::size_t map_piece = 1024;

/// Asks memory for the next piece of an input; `indices` have nothing there.
template <class In>
inline void prefetch_piece([[maybe_unused]] In const& in, [[maybe_unused]] std::size_t first) {
  if constexpr (std::is_pointer_v<In>)
    prefetch(in + first, map_piece);
}

template <class Out, class F, class... In>
inline void map_loop(std::size_t n, Out* out, F const& f, In... in) {
  TANDEM_INDEPENDENT_ITERATIONS
  for (std::size_t i = 0; i < n; ++i)
    out[i] = as_element<Out>(f(in[i]...));
}

template <class Out, class F, class... In>
void map_range(isa level, std::size_t n, Out* out, F& f, In... in) {
  constexpr bool plain = (vectorisable<Out> && ... && vectorisable_input<In>);
  vectorised_if<plain>(level, [=, g = hold(f)] {
    if constexpr (plain) {
      for (std::size_t first = 0; first < n; first += map_piece) {
        auto const count = n - first < map_piece ? n - first : map_piece;
        if (count == map_piece)
          (prefetch_piece(in, first + map_piece), ...);
        map_loop(count, out + first, g, (in + first)...);
      }
    } else {
      map_loop(n, out, g, in...);
    }
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
  auto const grain = detail::map_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, out, [&](std::size_t first, std::size_t last) {
    if constexpr (plain && !std::is_same_v<Out, bool>)
      if (streaming)
        return detail::map_range_streaming(how.level, last - first, out + first, f, (in + first)...);
    detail::map_range(how.level, last - first, out + first, f, (in + first)...);
  });
}

} // namespace tandem::cpu
