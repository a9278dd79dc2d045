/// Elementary functions that give the same bits everywhere: written once over exactly rounded operations, for
/// float and double, on the CPU at every vector width and on every GPU (docs/numerics.md has their accuracy).
#pragma once

#include <tandem/math/basic.hpp>
#include <tandem/math/compiled.hpp>
#include <tandem/math/root.hpp>

// g++ on x86-64 calls vector functions of the library from the loops that it vectorises; other compilers get
// the algorithms inline and vectorise those.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define TANDEM_MATH_CALL(name, suffix) tandem_##name##suffix
#else
#include <tandem/math/algorithms/all.hpp>
#define TANDEM_MATH_CALL(name, suffix) math::name
#endif

namespace tandem {

#define TANDEM_UNARY_FUNCTION(name)                                                                          \
  TANDEM_INLINE float name(float x) {                                                                        \
    return TANDEM_MATH_CALL(name, f)(x);                                                                     \
  }                                                                                                          \
  TANDEM_INLINE double name(double x) {                                                                      \
    return TANDEM_MATH_CALL(name, )(x);                                                                      \
  }                                                                                                          \
  template <std::integral T>                                                                                 \
  TANDEM_INLINE double name(T x) {                                                                           \
    return name(static_cast<double>(x));                                                                     \
  }                                                                                                          \
  TANDEM_API gpu::value<float> name(gpu::value<float> x);                                                    \
  TANDEM_API gpu::value<double> name(gpu::value<double> x);                                                  \
  template <std::integral T>                                                                                 \
  gpu::value<double> name(gpu::value<T> x) {                                                                 \
    return name(gpu::value<double>(x));                                                                      \
  }

#define TANDEM_BINARY_FUNCTION(name)                                                                         \
  TANDEM_INLINE float name(float x, float y) {                                                               \
    return TANDEM_MATH_CALL(name, f)(x, y);                                                                  \
  }                                                                                                          \
  TANDEM_INLINE double name(double x, double y) {                                                            \
    return TANDEM_MATH_CALL(name, )(x, y);                                                                   \
  }                                                                                                          \
  template <math::Arithmetic X, math::Arithmetic Y>                                                          \
  TANDEM_INLINE auto name(X x, Y y) {                                                                        \
    using T = math::real_t<std::common_type_t<X, Y>>;                                                        \
    return name(static_cast<T>(x), static_cast<T>(y));                                                       \
  }                                                                                                          \
  TANDEM_API gpu::value<float> name(gpu::value<float> x, gpu::value<float> y);                               \
  TANDEM_API gpu::value<double> name(gpu::value<double> x, gpu::value<double> y);                            \
  template <class X, class Y>                                                                                \
  requires(gpu::Operand<X> && gpu::Operand<Y> && (gpu::Value<X> || gpu::Value<Y>)) auto name(X const& x,     \
                                                                                             Y const& y) {   \
    using T = math::real_t<gpu::common_t<gpu::number_t<X>, gpu::number_t<Y>>>;                               \
    return name(gpu::value<T>(x), gpu::value<T>(y));                                                         \
  }

/// e^x.
TANDEM_UNARY_FUNCTION(exp)
/// 2^x.
TANDEM_UNARY_FUNCTION(exp2)
/// 10^x.
TANDEM_UNARY_FUNCTION(exp10)
/// e^x − 1, accurate near 0.
TANDEM_UNARY_FUNCTION(expm1)
/// The natural logarithm: −inf at ±0, NaN below.
TANDEM_UNARY_FUNCTION(log)
/// The logarithm to base 2.
TANDEM_UNARY_FUNCTION(log2)
/// The logarithm to base 10.
TANDEM_UNARY_FUNCTION(log10)
/// log(1 + x), accurate near 0.
TANDEM_UNARY_FUNCTION(log1p)
/// The sine of x radians, of any size.
TANDEM_UNARY_FUNCTION(sin)
/// The cosine of x radians, of any size.
TANDEM_UNARY_FUNCTION(cos)
/// The tangent of x radians, of any size.
TANDEM_UNARY_FUNCTION(tan)
/// The arc sine, in [−π/2, π/2].
TANDEM_UNARY_FUNCTION(asin)
/// The arc cosine, in [0, π].
TANDEM_UNARY_FUNCTION(acos)
/// The arc tangent, in [−π/2, π/2].
TANDEM_UNARY_FUNCTION(atan)
/// The hyperbolic sine.
TANDEM_UNARY_FUNCTION(sinh)
/// The hyperbolic cosine.
TANDEM_UNARY_FUNCTION(cosh)
/// The hyperbolic tangent.
TANDEM_UNARY_FUNCTION(tanh)
/// The cube root.
TANDEM_UNARY_FUNCTION(cbrt)
/// 1/√x, rounded twice.
TANDEM_UNARY_FUNCTION(rsqrt)

/// x^y with the special cases of std::pow. Two types meet by the usual arithmetic conversions: pow(float,
/// int) is a float.
TANDEM_BINARY_FUNCTION(pow)
/// The angle of the point (x, y) in [−π, π], with the special cases of std::atan2.
TANDEM_BINARY_FUNCTION(atan2)
/// √(x² + y²), without overflow on the way.
TANDEM_BINARY_FUNCTION(hypot)

// An instruction, unless errno has to be kept: then g++ would call the C library and vectorise no loop with it.
#if defined(__NO_MATH_ERRNO__)
#undef TANDEM_MATH_CALL
#define TANDEM_MATH_CALL(name, suffix) math::root
#endif
/// √x, exactly rounded.
TANDEM_UNARY_FUNCTION(sqrt)

#undef TANDEM_UNARY_FUNCTION
#undef TANDEM_BINARY_FUNCTION
#undef TANDEM_MATH_CALL

/// The remainder of a floored division, with the sign of b: a − b·⌊a/b⌋, for floats with each of these
/// operations rounded.
template <math::Arithmetic A, math::Arithmetic B>
TANDEM_INLINE auto mod(A a, B b) {
  using T = std::common_type_t<A, B>;
  T const x = static_cast<T>(a);
  T const y = static_cast<T>(b);
  if constexpr (std::is_floating_point_v<T>)
    return x - y * floor(x / y);
  else {
    auto const rest = x % y;
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
  }
}
/// a − b · floor(a / b).
template <class A, class B>
requires(gpu::Operand<A>&& gpu::Operand<B> && (gpu::Value<A> || gpu::Value<B>)) auto mod(A const& a,
                                                                                         B const& b) {
  using T = gpu::common_t<gpu::number_t<A>, gpu::number_t<B>>;
  gpu::value<T> const x(a);
  gpu::value<T> const y(b);
  if constexpr (std::is_floating_point_v<T>)
    return x - y * gpu::floor(x / y);
  else {
    gpu::value<T> const rest = x % y;
    auto const zero = gpu::constant(T{0});
    auto const other_side = (rest < zero && y > zero) || (rest > zero && y < zero);
    return gpu::value<T>(gpu::select(other_side, rest + y, rest));
  }
}

} // namespace tandem
