// Square roots, exactly rounded on every side.
#pragma once

#include <tandem/math/number.hpp>

namespace tandem::math {

#if !defined(__NO_MATH_ERRNO__) && defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
/// Without -fno-math-errno g++ keeps a call of sqrt for the sake of errno, which no loop can be vectorised
/// over.
#define TANDEM_SQRT_FUNCTION 1
#else
#define TANDEM_SQRT_FUNCTION 0
#endif

TANDEM_INLINE float root(float x) {
  return __builtin_sqrtf(x);
}
TANDEM_INLINE double root(double x) {
  return __builtin_sqrt(x);
}
template <class T>
gpu::value<T> root(gpu::value<T> x) {
  return gpu::sqrt(x);
}

} // namespace tandem::math
