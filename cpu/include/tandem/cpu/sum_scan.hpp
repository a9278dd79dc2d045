#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// Running sums in registers, for additions that may be associated freely: integers, and floats that the user
// let go.

namespace tandem::cpu {

/// True for function types that add two numbers; specialised where such types are defined.
template <class Op>
inline constexpr bool is_addition = false;

namespace detail {

/// out[i] = before + in[0] + … + in[i], or without in[i] where not `inclusive`; `out` may be `in`. One pass over memory: a
/// thread sums the pieces that come next for it while it writes another. 16 bytes of memory for every 16
/// KiB or more; throws std::bad_alloc before anything is written.
TANDEM_API void sum_scan(execution const& how, std::uint32_t const* in, std::uint32_t* out, std::size_t n,
                         std::uint32_t before, bool inclusive);
TANDEM_API void sum_scan(execution const& how, std::uint64_t const* in, std::uint64_t* out, std::size_t n,
                         std::uint64_t before, bool inclusive);
TANDEM_API void sum_scan(execution const& how, float const* in, float* out, std::size_t n, float before,
                         bool inclusive);
TANDEM_API void sum_scan(execution const& how, double const* in, double* out, std::size_t n, double before,
                         bool inclusive);

/// The type above that adds with the same bits as T: unsigned for integers, whose sums wrap.
template <class T>
using sum_word_t = std::conditional_t<std::is_floating_point_v<T>, T,
                                      std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;

/// Whether T is that type, or differs from it in sign only.
template <class T>
inline constexpr bool has_sum_scan = [] {
  if constexpr (std::is_floating_point_v<T>)
    return std::is_same_v<T, float> || std::is_same_v<T, double>;
  else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
    return std::is_same_v<std::make_unsigned_t<T>, sum_word_t<T>>;
  else
    return false;
}();

} // namespace detail
} // namespace tandem::cpu
