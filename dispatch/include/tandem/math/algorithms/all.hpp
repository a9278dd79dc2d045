#pragma once

#include <tandem/math/algorithms/exponential.hpp>
#include <tandem/math/algorithms/hyperbolic.hpp>
#include <tandem/math/algorithms/inverse_trigonometric.hpp>
#include <tandem/math/algorithms/logarithm.hpp>
#include <tandem/math/algorithms/power.hpp>
#include <tandem/math/algorithms/trigonometric.hpp>

namespace tandem::math {

template <class N>
TANDEM_INLINE N sqrt(N x) {
  return root(x);
}

} // namespace tandem::math
