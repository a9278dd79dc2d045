#pragma once

#include <tandem/cpu/map.hpp>

#include <cstdint>

namespace tandem::cpu {
namespace detail {

template <class Index, class Out, class F>
void generate_range(isa level, Index first, std::size_t n, Out* out, F& f) {
  constexpr std::size_t piece = std::size_t{1} << 30; // so that a 32-bit counter does
  for (std::size_t done = 0; done < n; done += piece) {
    auto const count = static_cast<Index>(n - done < piece ? n - done : piece);
    vectorised_if<vectorisable<Out>>(
        level, [base = static_cast<Index>(first + done), to = out + done, count, g = hold(f)] {
          TANDEM_INDEPENDENT_ITERATIONS
          for (Index i = 0; i < count; ++i)
            to[i] = as_element<Out>(g(static_cast<Index>(base + i)));
        });
  }
}

} // namespace detail

/// out[i] = f(Index(i)) for i in [0, n); Index is std::uint32_t where every i fits, else std::uint64_t.
template <class Index = std::uint32_t, class Out, class F>
void generate(execution const& how, std::size_t n, Out* out, F&& f) {
  constexpr bool plain = vectorisable<Out> && !std::is_same_v<Out, bool>;
  bool const streaming = plain && prefers_streaming(n * sizeof(Out));
  auto const grain = detail::map_grain(how, n);
  detail::for_ranges_of_lines(how, n, grain, out, [&](std::size_t first, std::size_t last) {
    if constexpr (plain)
      if (streaming) {
        constexpr std::size_t tile = streaming_tile_bytes / sizeof(Out);
        alignas(64) Out buffer[tile];
        for (std::size_t i = first; i < last; i += tile) {
          auto const count = last - i < tile ? last - i : tile;
          detail::generate_range(how.level, static_cast<Index>(i), count, buffer, f);
          streaming_copy(out + i, buffer, count * sizeof(Out));
        }
        return streaming_fence();
      }
    detail::generate_range(how.level, static_cast<Index>(first), last - first, out + first, f);
  });
}

} // namespace tandem::cpu
