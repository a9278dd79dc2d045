// What the math functions are written on: one set of names for C++ numbers, for symbolic values and (inside
// the library) for packs of numbers in a vector register.
#pragma once

#include <tandem/gpu/tracing/functions.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

/// Inlined even where the compiler finds a function long: a call inside a loop would keep it from being
/// vectorised.
#if defined(__GNUC__)
#define TANDEM_INLINE [[gnu::always_inline]] inline
#define TANDEM_INLINE_LAMBDA __attribute__((always_inline))
#else
#define TANDEM_INLINE inline
#define TANDEM_INLINE_LAMBDA
#endif

namespace tandem::math {

template <class N>
struct traits;

template <>
struct traits<float> {
  using scalar = float;
  using uint = std::uint32_t;
  using sint = std::int32_t;
};
template <>
struct traits<double> {
  using scalar = double;
  using uint = std::uint64_t;
  using sint = std::int64_t;
};
template <std::floating_point T>
struct traits<gpu::value<T>> {
  using scalar = T;
  using uint = gpu::value<typename traits<T>::uint>;
  using sint = gpu::value<typename traits<T>::sint>;
};

/// The element type of a number: float or double.
template <class N>
using scalar_t = typename traits<N>::scalar;
/// The unsigned and the signed integers of its width.
template <class N>
using uint_t = typename traits<N>::uint;
template <class N>
using sint_t = typename traits<N>::sint;

/// The layout of IEEE 754 binary32 and binary64.
template <class Scalar>
struct format;

template <>
struct format<float> {
  static constexpr int fraction_bits = 23;
  static constexpr int bias = 127;
  static constexpr std::uint32_t sign = 0x80000000u;
  static constexpr std::uint32_t fraction = 0x007fffffu;
  static constexpr std::uint32_t one = 0x3f800000u;
  static constexpr std::uint32_t infinity = 0x7f800000u;
  static constexpr std::uint32_t quiet_nan = 0x7fc00000u;
  static constexpr float smallest_normal = 0x1p-126f;
  static constexpr float rounder =
      0x1.8p23f; ///< adding it rounds to an integer, which is then in the low bits
};
template <>
struct format<double> {
  static constexpr int fraction_bits = 52;
  static constexpr int bias = 1023;
  static constexpr std::uint64_t sign = 0x8000000000000000u;
  static constexpr std::uint64_t fraction = 0x000fffffffffffffu;
  static constexpr std::uint64_t one = 0x3ff0000000000000u;
  static constexpr std::uint64_t infinity = 0x7ff0000000000000u;
  static constexpr std::uint64_t quiet_nan = 0x7ff8000000000000u;
  static constexpr double smallest_normal = 0x1p-1022;
  static constexpr double rounder = 0x1.8p52;
};

/// A constant of an algorithm as an operand beside numbers of type N: part of a kernel's text, not a
/// parameter.
template <class N, class T>
TANDEM_INLINE constexpr auto literal(T constant) {
  if constexpr (gpu::Value<N>)
    return gpu::constant(constant);
  else
    return constant;
}

template <class To, class From>
requires(std::is_arithmetic_v<From>) TANDEM_INLINE constexpr To reinterpret(From x) {
  return __builtin_bit_cast(To, x);
}
template <class To, class From>
To reinterpret(gpu::value<From> x) {
  return gpu::bit_cast<typename To::value_type>(x);
}

/// static_cast between numbers of one kind, for values that the target can hold.
template <class To, class From>
requires(std::is_arithmetic_v<From>) TANDEM_INLINE constexpr To convert(From x) {
  return static_cast<To>(x);
}
template <class To, class From>
To convert(gpu::value<From> x) {
  return gpu::cast<typename To::value_type>(x);
}

/// condition ? a : b of type N; both have been computed. A literal will do for a and b.
template <class N, class A, class B>
requires(std::is_arithmetic_v<N>) TANDEM_INLINE constexpr N pick(bool condition, A a, B b) {
  return condition ? static_cast<N>(a) : static_cast<N>(b);
}
template <gpu::Value N, class A, class B>
N pick(gpu::value<bool> condition, A a, B b) {
  return gpu::select(condition, N(a), N(b));
}

/// Shifts by a number of bits known at compile time.
template <int Bits, class U>
TANDEM_INLINE constexpr U shift_left(U x) {
  return static_cast<U>(x << literal<U>(Bits));
}
template <int Bits, class U>
TANDEM_INLINE constexpr U shift_right(U x) {
  return static_cast<U>(x >> literal<U>(Bits));
}

/// The upper half of the 64-bit product.
TANDEM_INLINE constexpr std::uint32_t multiply_high(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(a) * b) >> 32);
}
inline gpu::value<std::uint32_t> multiply_high(gpu::value<std::uint32_t> a, gpu::value<std::uint32_t> b) {
  return gpu::mul_hi(a, b);
}
inline gpu::value<std::uint32_t> multiply_high(gpu::value<std::uint32_t> a, std::uint32_t b) {
  return gpu::mul_hi(a, gpu::constant(b));
}

#if !defined(TANDEM_MATH_BRANCHES)
#define TANDEM_MATH_BRANCHES 0
#endif
/// Whether the condition is known to hold for all of the numbers, so that work can be left out. Code that is
/// recorded for a GPU or waits to be vectorised never knows; both answers give the same result.
TANDEM_INLINE constexpr bool always([[maybe_unused]] bool condition) {
  if constexpr (TANDEM_MATH_BRANCHES != 0)
    return condition;
  else
    return false;
}
inline bool always(gpu::value<bool>) {
  return false;
}

template <class N>
TANDEM_INLINE constexpr uint_t<N> bits(N x) {
  return reinterpret<uint_t<N>>(x);
}
template <class N>
TANDEM_INLINE constexpr N from_bits(uint_t<N> x) {
  return reinterpret<N>(x);
}

/// |x|, of a NaN too.
template <class N>
TANDEM_INLINE constexpr N magnitude(N x) {
  using S = scalar_t<N>;
  return from_bits<N>(bits(x) & literal<N>(static_cast<typename traits<S>::uint>(~format<S>::sign)));
}

/// The sign bit of x and nothing else.
template <class N>
TANDEM_INLINE constexpr uint_t<N> sign_of(N x) {
  return bits(x) & literal<N>(format<scalar_t<N>>::sign);
}

/// x with its sign flipped where the bits say so.
template <class N>
TANDEM_INLINE constexpr N flip(N x, uint_t<N> sign) {
  return from_bits<N>(bits(x) ^ sign);
}

/// A literal that is given as bits.
template <class N>
TANDEM_INLINE constexpr auto literal_bits(typename traits<scalar_t<N>>::uint pattern) {
  return literal<N>(reinterpret<scalar_t<N>>(pattern));
}

/// Horner's rule, lowest power first.
template <class N, class S, std::size_t Count>
TANDEM_INLINE constexpr N polynomial(N x, S const (&c)[Count]) {
  N sum = x * literal<N>(c[Count - 1]) + literal<N>(c[Count - 2]);
  for (std::size_t i = Count - 2; i-- > 0;)
    sum = sum * x + literal<N>(c[i]);
  return sum;
}

} // namespace tandem::math
