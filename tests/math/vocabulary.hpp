// What the tests of the math functions share: arguments that matter, and every function by name.
#pragma once

#include <tandem/math.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

namespace tandem_test {

/// Random bit patterns, then numbers whose exponents lie where functions have work to do, then edges.
template <class T>
std::vector<T> arguments(std::size_t count, unsigned seed) {
  using bits = tandem::math::uint_t<T>;
  using limits = std::numeric_limits<T>;
  constexpr int fraction = tandem::math::format<T>::fraction_bits;
  constexpr int bias = tandem::math::format<T>::bias;
  std::mt19937_64 random(seed);
  std::vector<T> all;
  for (std::size_t i = 0; i < count; ++i) {
    auto pattern = static_cast<bits>(random());
    int const spread = i % 4 == 1 ? 4 : i % 4 == 2 ? 16 : 2 * fraction;
    if (i % 4 != 0) {
      auto const exponent =
          static_cast<bits>(bias - spread / 2 + static_cast<int>(random() % static_cast<unsigned>(spread)));
      pattern = (pattern & ~tandem::math::format<T>::infinity) | (exponent << fraction);
    }
    all.push_back(tandem::bit_cast<T>(pattern));
  }
  for (T x : {T(0),
              T(0.25),
              T(0.3),
              T(0.5),
              T(0.55),
              T(1),
              T(1.5),
              T(2),
              T(2.5),
              T(3),
              T(7),
              T(10),
              T(20),
              T(88.72),
              T(89.4),
              T(104),
              T(709.7),
              T(710.4),
              T(745.2),
              T(3000),
              T(3001),
              T(1e7),
              T(10000001),
              T(0x1p23),
              T(0x1p24),
              T(1e22),
              limits::denorm_min(),
              limits::min(),
              limits::max(),
              limits::epsilon(),
              limits::infinity(),
              limits::quiet_NaN(),
              std::nextafter(T(1), T(0)),
              std::nextafter(T(1), T(2)),
              T(0.785398163397448309),
              T(1.5707963267948966),
              T(3.14159265358979323846)})
    for (T sign : {T(1), T(-1)})
      all.push_back(sign * x);
  return all;
}

/// Calls visit(name, f) with every function of one argument, f being generic.
template <class Visit>
void each_unary(Visit&& visit) {
#define TANDEM_TEST_VISIT(name) visit(#name, [](auto x) { return tandem::name(x); });
  TANDEM_MATH_UNARY(TANDEM_TEST_VISIT)
  TANDEM_TEST_VISIT(floor)
  TANDEM_TEST_VISIT(ceil)
  TANDEM_TEST_VISIT(round)
  TANDEM_TEST_VISIT(trunc)
  TANDEM_TEST_VISIT(rint)
  TANDEM_TEST_VISIT(abs)
  TANDEM_TEST_VISIT(sign)
#undef TANDEM_TEST_VISIT
}

/// Calls visit(name, f) with every function of two arguments.
template <class Visit>
void each_binary(Visit&& visit) {
#define TANDEM_TEST_VISIT(name) visit(#name, [](auto x, auto y) { return tandem::name(x, y); });
  TANDEM_MATH_BINARY(TANDEM_TEST_VISIT)
  TANDEM_TEST_VISIT(min)
  TANDEM_TEST_VISIT(max)
  TANDEM_TEST_VISIT(mod)
#undef TANDEM_TEST_VISIT
}

/// The same bits; a NaN is a NaN.
template <class T>
bool same_bits(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    using bits = tandem::math::uint_t<T>;
    return (a != a && b != b) || tandem::bit_cast<bits>(a) == tandem::bit_cast<bits>(b);
  } else
    return a == b;
}

} // namespace tandem_test
