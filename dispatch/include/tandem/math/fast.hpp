/// The device's own functions: faster, and only as accurate as its driver makes them; results differ between
/// devices. On the CPU and for double they are the accurate ones.
#pragma once

#include <tandem/math/functions.hpp>

namespace tandem::fast {

#define TANDEM_FAST_UNARY(name)                                                                              \
  template <class X>                                                                                         \
  TANDEM_INLINE auto name(X const& x) {                                                                      \
    if constexpr (std::is_same_v<X, gpu::value<float>>)                                                      \
      return gpu::native::name(x);                                                                           \
    else                                                                                                     \
      return tandem::name(x);                                                                                \
  }
/// e^x.
TANDEM_FAST_UNARY(exp)
/// 2^x.
TANDEM_FAST_UNARY(exp2)
/// The natural logarithm.
TANDEM_FAST_UNARY(log)
/// The logarithm to base 2.
TANDEM_FAST_UNARY(log2)
/// The sine; poor for large arguments.
TANDEM_FAST_UNARY(sin)
/// The cosine; poor for large arguments.
TANDEM_FAST_UNARY(cos)
/// The tangent; poor for large arguments.
TANDEM_FAST_UNARY(tan)
/// The hyperbolic tangent.
TANDEM_FAST_UNARY(tanh)
/// 1/√x.
TANDEM_FAST_UNARY(rsqrt)
/// √x.
TANDEM_FAST_UNARY(sqrt)
#undef TANDEM_FAST_UNARY

/// x^y.
template <class X, class Y>
TANDEM_INLINE auto pow(X const& x, Y const& y) {
  if constexpr (std::is_same_v<X, gpu::value<float>> && std::is_same_v<Y, gpu::value<float>>)
    return gpu::native::pow(x, y);
  else
    return tandem::pow(x, y);
}

/// x / y.
template <class X, class Y>
TANDEM_INLINE auto divide(X const& x, Y const& y) {
  if constexpr (std::is_same_v<X, gpu::value<float>> && std::is_same_v<Y, gpu::value<float>>)
    return gpu::native::divide(x, y);
  else
    return x / y;
}

} // namespace tandem::fast
