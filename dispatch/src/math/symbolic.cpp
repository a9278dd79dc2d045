// The functions of symbolic values: the same algorithms record their steps.
#include <tandem/math/algorithms/all.hpp>
#include <tandem/math/functions.hpp>

namespace tandem {

#define TANDEM_DEFINE_UNARY(name)                                                                            \
  gpu::value<float> name(gpu::value<float> x) {                                                              \
    return math::name(x);                                                                                    \
  }                                                                                                          \
  gpu::value<double> name(gpu::value<double> x) {                                                            \
    return math::name(x);                                                                                    \
  }
#define TANDEM_DEFINE_BINARY(name)                                                                           \
  gpu::value<float> name(gpu::value<float> x, gpu::value<float> y) {                                         \
    return math::name(x, y);                                                                                 \
  }                                                                                                          \
  gpu::value<double> name(gpu::value<double> x, gpu::value<double> y) {                                      \
    return math::name(x, y);                                                                                 \
  }

TANDEM_MATH_UNARY(TANDEM_DEFINE_UNARY)
TANDEM_MATH_BINARY(TANDEM_DEFINE_BINARY)

} // namespace tandem
