// Defines the vector functions of one instruction set: TANDEM_VECTOR_PREFIX is the letter of the ABI (b:
// SSE2, c: AVX, d: AVX2, e: AVX-512), TANDEM_VECTOR_FLOATS the number of floats in a register.
#define TANDEM_DEFINES_MATH 1
#include "pack.hpp"

#include <tandem/math/algorithms/all.hpp>
#include <tandem/math/compiled.hpp>

namespace {

using floats = tandem::math::pack<float, TANDEM_VECTOR_FLOATS>;
using doubles = tandem::math::pack<double, TANDEM_VECTOR_FLOATS / 2>;

} // namespace

#define TANDEM_PASTE_(letter, lanes, arguments, name) _ZGV##letter##N##lanes##arguments##_tandem_##name
#define TANDEM_PASTE(letter, lanes, arguments, name) TANDEM_PASTE_(letter, lanes, arguments, name)

#define TANDEM_DEFINE_UNARY(name)                                                                            \
  TANDEM_API floats::vector TANDEM_PASTE(TANDEM_VECTOR_LETTER, TANDEM_VECTOR_FLOATS, v,                      \
                                         name##f)(floats::vector x) {                                        \
    return tandem::math::name(floats(x)).v;                                                                  \
  }                                                                                                          \
  TANDEM_API doubles::vector TANDEM_PASTE(TANDEM_VECTOR_LETTER, TANDEM_VECTOR_DOUBLES, v,                    \
                                          name)(doubles::vector x) {                                         \
    return tandem::math::name(doubles(x)).v;                                                                 \
  }
#define TANDEM_DEFINE_BINARY(name)                                                                           \
  TANDEM_API floats::vector TANDEM_PASTE(TANDEM_VECTOR_LETTER, TANDEM_VECTOR_FLOATS, vv,                     \
                                         name##f)(floats::vector x, floats::vector y) {                      \
    return tandem::math::name(floats(x), floats(y)).v;                                                       \
  }                                                                                                          \
  TANDEM_API doubles::vector TANDEM_PASTE(TANDEM_VECTOR_LETTER, TANDEM_VECTOR_DOUBLES, vv,                   \
                                          name)(doubles::vector x, doubles::vector y) {                      \
    return tandem::math::name(doubles(x), doubles(y)).v;                                                     \
  }

extern "C" {
TANDEM_MATH_UNARY(TANDEM_DEFINE_UNARY)
TANDEM_MATH_BINARY(TANDEM_DEFINE_BINARY)
}
