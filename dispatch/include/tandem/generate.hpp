#pragma once

#include <tandem/detail/generate.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// out[i] = f(i), where i is a std::uint32_t, or a std::uint64_t when `out` holds more than 2^32 elements:
///
///     parallel_generate([policy,] out, f)
///     parallel_generate([policy,] std::tie(out0, out1…), f)     f returns a std::tuple of one result for each
///     parallel_generate([policy,] out, width, height, f)        out[y · width + x] = f(x, y), std::uint32_t both
///
/// \param out  a contiguous range of any element type; on a GPU numbers, and structs of them (TANDEM_STRUCT)
/// \param f    called once per index, in no order and from several threads; with `auto` parameters it may run on a GPU
/// \throws what f throws on the CPU: the first exception, the rest is cancelled. std::invalid_argument if the sizes of several
///         outputs differ, they overlap, or `out` does not hold width × height elements. Under `on_gpu`: no_device_error,
///         gpu::error, kernel_error.
/// Deterministic as parallel_map. O(n) calls, no extra memory on the CPU.
template <class First, class... Rest>
void parallel_generate(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>) {
    if constexpr (sizeof...(Rest) == 4)
      detail::generate_picture(first, std::forward<Rest>(rest)...);
    else
      detail::generate_into(first, std::forward<Rest>(rest)...);
  } else
    parallel_generate(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
