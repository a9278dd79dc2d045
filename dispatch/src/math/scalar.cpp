// The scalar functions: the same algorithms, with branches where a shorter way gives the same result.
#define TANDEM_DEFINES_MATH 1
#define TANDEM_MATH_BRANCHES 1
#include <tandem/math/algorithms/all.hpp>
#include <tandem/math/compiled.hpp>

#define TANDEM_DEFINE_UNARY(name)                                                                            \
  float tandem_##name##f(float x) noexcept {                                                                 \
    return tandem::math::name(x);                                                                            \
  }                                                                                                          \
  double tandem_##name(double x) noexcept {                                                                  \
    return tandem::math::name(x);                                                                            \
  }
#define TANDEM_DEFINE_BINARY(name)                                                                           \
  float tandem_##name##f(float x, float y) noexcept {                                                        \
    return tandem::math::name(x, y);                                                                         \
  }                                                                                                          \
  double tandem_##name(double x, double y) noexcept {                                                        \
    return tandem::math::name(x, y);                                                                         \
  }

extern "C" {
TANDEM_MATH_UNARY(TANDEM_DEFINE_UNARY)
TANDEM_MATH_BINARY(TANDEM_DEFINE_BINARY)
}
