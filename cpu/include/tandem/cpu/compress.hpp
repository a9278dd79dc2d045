#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu::detail {

/// Room that a buffer needs behind the elements that compress() keeps.
inline constexpr std::size_t compress_slack_bytes = 64;

/// Copies values[i] where keep[i] is 1 (else it is 0) to `out`, side by side; returns how many. Elements of
/// 1, 2, 4 or 8 bytes; writes up to compress_slack_bytes behind them. `out` does not overlap `values`.
TANDEM_API std::size_t compress(void const* values, std::uint8_t const* keep, std::size_t n, void* out,
                                std::size_t element_bytes) noexcept;

/// The same for all of the `kept` elements that keep[0, n) keeps, and nothing is written behind them.
TANDEM_API void compress_exactly(void const* values, std::uint8_t const* keep, std::size_t n,
                                 std::size_t kept, void* out, std::size_t element_bytes) noexcept;

/// How many of keep[0, n), each 0 or 1, are 1.
TANDEM_API std::size_t count_kept(std::uint8_t const* keep, std::size_t n) noexcept;

/// keep[i] = pred(in[i]), as 0 or 1.
template <class T, class Pred>
void evaluate(isa level, T const* in, std::size_t n, std::uint8_t* keep, Pred& pred) {
  vectorised_if<vectorisable<T>>(level, [=, test = hold(pred)] {
    constexpr std::size_t part = 256;
    for (std::size_t start = 0; start < n; start += part) {
      auto const end = n - start < part ? n : start + part;
      prefetch_ahead(in + start, part);
      TANDEM_INDEPENDENT_ITERATIONS
      for (auto i = start; i < end; ++i)
        keep[i] = static_cast<std::uint8_t>(test(in[i]) ? 1 : 0);
    }
  });
}

} // namespace tandem::cpu::detail
