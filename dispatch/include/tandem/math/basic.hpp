/// Selection, casts, rounding, comparison and bit counting: the same names on C++ numbers and on symbolic
/// values.
#pragma once

#include <tandem/math/number.hpp>

#include <bit>
#include <concepts>
#include <limits>
#include <type_traits>

namespace tandem {

using gpu::abs;
using gpu::bit_cast;
using gpu::cast;
using gpu::ceil;
using gpu::countl_zero;
using gpu::floor;
using gpu::fma;
using gpu::isinf;
using gpu::isnan;
using gpu::max;
using gpu::min;
using gpu::popcount;
using gpu::rint;
using gpu::round;
using gpu::select;
using gpu::trunc;

namespace math {

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;
/// Two C++ numbers, or a symbolic value and a number or value.
template <class A, class B>
concept Plain = Arithmetic<A> && Arithmetic<B>;

template <class T>
inline constexpr T largest = std::numeric_limits<T>::max();
template <class T>
inline constexpr T lowest = std::numeric_limits<T>::lowest();

/// As the standard's functions of real numbers: integers count as double.
template <class T>
using real_t = std::conditional_t<std::is_integral_v<T>, double, T>;

} // namespace math

/// condition ? a : b as a function; a and b have both been computed. In a lambda for the GPU the only way to
/// choose. The type is that of ?: (two numbers of different types meet by the usual arithmetic conversions).
template <class A, class B>
requires(!gpu::Value<A> && !gpu::Value<B>) TANDEM_INLINE
    constexpr auto select(bool condition, A const& a, B const& b) {
  using T = std::common_type_t<A, B>;
  return condition ? static_cast<T>(a) : static_cast<T>(b);
}

/// static_cast<T>(x), but defined for all x: a float out of an integer's range gives the nearest integer in
/// it, NaN gives 0.
template <math::Arithmetic T, math::Arithmetic X>
TANDEM_INLINE constexpr T cast(X x) {
  if constexpr (std::is_floating_point_v<X> && std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    // 2^digits is the first value above the range; both ends are exact in every floating type.
    constexpr X above = static_cast<X>(math::largest<T> / 2 + 1) * X{2};
    constexpr X below = std::is_signed_v<T> ? -above : X{0};
    T const inside = static_cast<T>(x >= below && x < above ? x : X{0});
    T const saturated = x >= above ? math::largest<T> : inside;
    return x < below ? math::lowest<T> : saturated;
  } else
    return static_cast<T>(x);
}

/// The bits of x read as a T of the same size.
template <class T, class X>
requires(!gpu::Value<T> && !gpu::Value<X> && sizeof(T) == sizeof(X) && std::is_trivially_copyable_v<T> &&
         std::is_trivially_copyable_v<X>) TANDEM_INLINE constexpr T bit_cast(X const& x) {
  return __builtin_bit_cast(T, x);
}

/// |x|; integers promote, and the lowest one gives itself.
template <math::Arithmetic T>
TANDEM_INLINE constexpr auto abs(T x) {
  using R = decltype(+x);
  if constexpr (std::is_same_v<R, float> || std::is_same_v<R, double>)
    return math::magnitude(x);
  else if constexpr (std::is_signed_v<R> && std::is_integral_v<R>) {
    using U = std::make_unsigned_t<R>;
    return static_cast<R>(x < 0 ? U{0} - static_cast<U>(x) : static_cast<U>(x));
  } else
    return x < 0 ? -x : +x;
}

/// −1, 0 or 1 of x's type; ±0 and NaN stay what they are.
template <math::Arithmetic T>
TANDEM_INLINE constexpr T sign(T x) {
  T const below = x < T{0} ? static_cast<T>(T{0} - T{1}) : x;
  return x > T{0} ? T{1} : below;
}
/// The same for symbolic values.
template <class T>
gpu::value<T> sign(gpu::value<T> x) {
  auto const zero = gpu::constant(T{0});
  auto const below = gpu::select(x < zero, gpu::constant(static_cast<T>(T{0} - T{1})), x);
  return gpu::select(x > zero, gpu::constant(T{1}), below);
}

/// (b < a) ? b : a as std::min, after the usual arithmetic conversions: a NaN in a stays, one in b loses. The
/// function object `minimum` has an order-free rule.
template <math::Arithmetic A, math::Arithmetic B>
TANDEM_INLINE constexpr auto min(A a, B b) {
  using T = std::common_type_t<A, B>;
  T const x = static_cast<T>(a);
  T const y = static_cast<T>(b);
  return y < x ? y : x;
}

/// (a < b) ? b : a as std::max.
template <math::Arithmetic A, math::Arithmetic B>
TANDEM_INLINE constexpr auto max(A a, B b) {
  using T = std::common_type_t<A, B>;
  T const x = static_cast<T>(a);
  T const y = static_cast<T>(b);
  return x < y ? y : x;
}

/// x brought into [low, high] as std::clamp does; NaN stays.
template <math::Arithmetic X, math::Arithmetic L, math::Arithmetic H>
TANDEM_INLINE constexpr auto clamp(X x, L low, H high) {
  using T = std::common_type_t<X, L, H>;
  T const v = static_cast<T>(x);
  T const lower = static_cast<T>(low);
  T const upper = static_cast<T>(high);
  T const below = upper < v ? upper : v;
  return v < lower ? lower : below;
}
/// x, not below `low` and not above `high`; NaN stays NaN.
template <class X, class L, class H>
requires(gpu::Value<X> || gpu::Value<L> || gpu::Value<H>) auto clamp(X const& x, L const& low,
                                                                     H const& high) {
  auto const upper = gpu::select(high < x, high, x);
  return gpu::select(x < low, low, upper);
}

#define TANDEM_ROUNDING(name)                                                                                \
  TANDEM_INLINE float name(float x) {                                                                        \
    return __builtin_##name##f(x);                                                                           \
  }                                                                                                          \
  TANDEM_INLINE double name(double x) {                                                                      \
    return __builtin_##name(x);                                                                              \
  }                                                                                                          \
  template <std::integral T>                                                                                 \
  TANDEM_INLINE double name(T x) {                                                                           \
    return static_cast<double>(x);                                                                           \
  }

/// The next integer below, above or towards zero.
TANDEM_ROUNDING(floor)
TANDEM_ROUNDING(ceil)
TANDEM_ROUNDING(trunc)
/// The nearest integer, halves to even.
TANDEM_ROUNDING(rint)
#undef TANDEM_ROUNDING

/// The nearest integer, halves away from zero, as std::round.
template <math::Arithmetic T>
TANDEM_INLINE math::real_t<T> round(T x) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<double>(x);
  else {
    // The largest number below one half: adding a half itself would lift 0.49999997 to 1.
    constexpr T half = std::is_same_v<T, float> ? T(0x1.fffffep-2f) : T(0x1.fffffffffffffp-2);
    return trunc(x + math::flip(half, math::sign_of(x)));
  }
}

/// x · y + z, rounded once. Without an FMA instruction this is the C library's function.
template <math::Arithmetic X, math::Arithmetic Y, math::Arithmetic Z>
TANDEM_INLINE auto fma(X x, Y y, Z z) {
  using T = math::real_t<std::common_type_t<X, Y, Z>>;
  if constexpr (std::is_same_v<T, float>)
    return __builtin_fmaf(x, y, z);
  else
    return __builtin_fma(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z));
}

/// Whether x is NaN.
template <math::Arithmetic T>
TANDEM_INLINE constexpr bool isnan(T x) {
  return x != x;
}
/// Whether x is infinite.
template <math::Arithmetic T>
TANDEM_INLINE constexpr bool isinf(T x) {
  if constexpr (std::is_integral_v<T>)
    return false;
  else
    return x == std::numeric_limits<T>::infinity() || x == -std::numeric_limits<T>::infinity();
}

/// How many bits are set.
template <std::integral T>
requires(!std::same_as<T, bool>) TANDEM_INLINE constexpr int popcount(T x) {
  return std::popcount(static_cast<std::make_unsigned_t<T>>(x));
}
/// How many bits from the top are zero; the width for zero.
template <std::integral T>
requires(!std::same_as<T, bool>) TANDEM_INLINE constexpr int countl_zero(T x) {
  return std::countl_zero(static_cast<std::make_unsigned_t<T>>(x));
}

} // namespace tandem
