#pragma once

#include <tandem/detail/generate.hpp>
#include <tandem/policy.hpp>

#include <utility>

namespace tandem {

/// out[i] = f(i), where i is a std::uint32_t, or a std::uint64_t when `out` holds more than 2^32 elements:
///
///     parallel_generate([policy,] out, f)
///
/// \param out  a contiguous range of any element type; arithmetic ones on a GPU
/// \param f    called once per index, in no order and from several threads; with an `auto` parameter it may run on a GPU
/// \throws what f throws on the CPU: the first exception, the rest is cancelled. Under `on_gpu`: no_device_error, gpu::error,
///         kernel_error.
/// Deterministic as parallel_map. O(n) calls, no extra memory on the CPU.
template <class First, class... Rest>
void parallel_generate(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::generate_into(first, std::forward<Rest>(rest)...);
  else
    detail::generate_into(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
