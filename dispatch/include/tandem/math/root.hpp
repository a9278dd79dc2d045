// Square roots, exactly rounded on every side.
#pragma once

#include <tandem/math/number.hpp>

namespace tandem::math {

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
