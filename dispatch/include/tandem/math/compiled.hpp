// The functions of libtandem behind tandem::exp and its like, for float and double: a scalar one, and for g++
// on x86-64 one for each width of vector, which g++ calls when it vectorises a loop (the vector function ABI
// of x86-64, as libmvec).
#pragma once

#include <tandem/config.hpp>

// clang-format off
/// Applies M to each function of one argument, and to each of two.
#define TANDEM_MATH_UNARY(M) \
  M(exp) M(exp2) M(exp10) M(expm1) M(log) M(log2) M(log10) M(log1p) M(sin) M(cos) \
  M(tan) M(asin) M(acos) M(atan) M(sinh) M(cosh) M(tanh) M(cbrt) M(rsqrt) M(sqrt)
// clang-format on
#define TANDEM_MATH_BINARY(M) M(pow) M(atan2) M(hypot)

/// What tells the compiler that there are vector functions; the library's own definitions do without, lest
/// the compiler make them again.
#if defined(TANDEM_DEFINES_MATH)
#define TANDEM_VECTOR_FUNCTION gnu::const
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TANDEM_VECTOR_FUNCTION gnu::const, gnu::simd("notinbranch")
#elif defined(__GNUC__)
#define TANDEM_VECTOR_FUNCTION gnu::const
#else
#define TANDEM_VECTOR_FUNCTION
#endif

extern "C" {
#define TANDEM_DECLARE_UNARY(name)                                                                           \
  [[TANDEM_VECTOR_FUNCTION]] TANDEM_API float tandem_##name##f(float) noexcept;                              \
  [[TANDEM_VECTOR_FUNCTION]] TANDEM_API double tandem_##name(double) noexcept;
#define TANDEM_DECLARE_BINARY(name)                                                                          \
  [[TANDEM_VECTOR_FUNCTION]] TANDEM_API float tandem_##name##f(float, float) noexcept;                       \
  [[TANDEM_VECTOR_FUNCTION]] TANDEM_API double tandem_##name(double, double) noexcept;
TANDEM_MATH_UNARY(TANDEM_DECLARE_UNARY)
TANDEM_MATH_BINARY(TANDEM_DECLARE_BINARY)
#undef TANDEM_DECLARE_UNARY
#undef TANDEM_DECLARE_BINARY
}
