// How far results are from the truth, in units of the last place. The truth is the C library's function of
// the next larger type, whose own error is below a thousandth of a unit.
#pragma once

#include "vocabulary.hpp"

#include <cmath>
#include <cstddef>
#include <type_traits>

namespace tandem_test {

template <class T>
using wider_t = std::conditional_t<std::is_same_v<T, float>, double, long double>;

/// The worst result so far, and how many results were not even of the right kind (NaN, infinity, zero, sign).
template <class T>
struct accuracy {
  double worst = 0;
  T x{}, y{};
  std::size_t wrong = 0;
  T wrong_x{}, wrong_y{};

  void add(T result, wider_t<T> exact, T at, T second = T{}) {
    T const rounded = static_cast<T>(exact);
    bool right = true;
    double error = 0;
    if (exact != exact || result != result)
      right = exact != exact && result != result;
    else if (std::isinf(exact) || exact == 0)
      right = same_bits(result, rounded);
    else if (std::isinf(rounded) || std::isinf(result))
      // Next to the largest number either side of the border is within a unit.
      right = std::isinf(rounded) == std::isinf(result) ||
              std::fabs(exact) <
                  wider_t<T>(std::numeric_limits<T>::max()) * (1 + std::numeric_limits<T>::epsilon());
    else {
      int const exponent = std::max(std::ilogb(exact), std::numeric_limits<T>::min_exponent - 1);
      auto const unit = std::ldexp(wider_t<T>(1), exponent - tandem::math::format<T>::fraction_bits);
      error = static_cast<double>(std::fabs(wider_t<T>(result) - exact) / unit);
      right = std::signbit(result) == std::signbit(exact);
    }
    if (!right && wrong++ == 0) {
      wrong_x = at;
      wrong_y = second;
    }
    if (error > worst) {
      worst = error;
      x = at;
      y = second;
    }
  }

  void join(accuracy const& other) {
    if (other.wrong > 0 && wrong == 0) {
      wrong_x = other.wrong_x;
      wrong_y = other.wrong_y;
    }
    wrong += other.wrong;
    if (other.worst > worst) {
      worst = other.worst;
      x = other.x;
      y = other.y;
    }
  }
};

inline double ten_to(double x) {
  return ::exp10(x);
}
inline long double ten_to(long double x) {
  return ::exp10l(x);
}

/// Calls visit(name, tandem's function, the reference) with every function of one argument that has an
/// accuracy.
template <class Visit>
void each_unary_with_reference(Visit&& visit) {
#define TANDEM_TEST_VISIT(name, reference)                                                                   \
  visit(                                                                                                     \
      #name, [](auto x) { return tandem::name(x); }, [](auto x) { return reference; });
  TANDEM_TEST_VISIT(exp, std::exp(x))
  TANDEM_TEST_VISIT(exp2, std::exp2(x))
  TANDEM_TEST_VISIT(exp10, ten_to(x))
  TANDEM_TEST_VISIT(expm1, std::expm1(x))
  TANDEM_TEST_VISIT(log, std::log(x))
  TANDEM_TEST_VISIT(log2, std::log2(x))
  TANDEM_TEST_VISIT(log10, std::log10(x))
  TANDEM_TEST_VISIT(log1p, std::log1p(x))
  TANDEM_TEST_VISIT(sin, std::sin(x))
  TANDEM_TEST_VISIT(cos, std::cos(x))
  TANDEM_TEST_VISIT(tan, std::tan(x))
  TANDEM_TEST_VISIT(asin, std::asin(x))
  TANDEM_TEST_VISIT(acos, std::acos(x))
  TANDEM_TEST_VISIT(atan, std::atan(x))
  TANDEM_TEST_VISIT(sinh, std::sinh(x))
  TANDEM_TEST_VISIT(cosh, std::cosh(x))
  TANDEM_TEST_VISIT(tanh, std::tanh(x))
  TANDEM_TEST_VISIT(cbrt, std::cbrt(x))
  TANDEM_TEST_VISIT(rsqrt, 1 / std::sqrt(x))
  TANDEM_TEST_VISIT(sqrt, std::sqrt(x))
#undef TANDEM_TEST_VISIT
}

/// The same for functions of two arguments.
template <class Visit>
void each_binary_with_reference(Visit&& visit) {
#define TANDEM_TEST_VISIT(name)                                                                              \
  visit(                                                                                                     \
      #name, [](auto x, auto y) { return tandem::name(x, y); },                                              \
      [](auto x, auto y) { return std::name(x, y); });
  TANDEM_TEST_VISIT(pow)
  TANDEM_TEST_VISIT(atan2)
  TANDEM_TEST_VISIT(hypot)
#undef TANDEM_TEST_VISIT
}

/// Pairs for functions of two arguments: any bit patterns, moderate numbers, and bases near 1 with large
/// exponents, where pow loses digits if anything does.
template <class T, class Visit>
void each_pair(std::size_t count, unsigned seed, Visit&& visit) {
  auto const x = arguments<T>(count, seed);
  auto const y = arguments<T>(count, seed + 1);
  std::mt19937_64 random(seed + 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    visit(x[i], y[x.size() - 1 - i]);
    auto const small = static_cast<T>(static_cast<std::int64_t>(random()) >> 12) * T(0x1p-52);
    auto const other = static_cast<T>(static_cast<std::int64_t>(random()) >> 12) * T(0x1p-44);
    visit(1 + small, other);
    visit(small, other);
  }
  T const edges[] = {T(0),
                     T(0.5),
                     T(1),
                     T(2),
                     T(3),
                     T(4),
                     T(2.5),
                     T(1e30),
                     std::numeric_limits<T>::infinity(),
                     std::numeric_limits<T>::quiet_NaN(),
                     std::numeric_limits<T>::denorm_min(),
                     std::numeric_limits<T>::max(),
                     T(0x1p23) + 1,
                     T(0x1p24),
                     T(0x1p24) - 1};
  for (T a : edges)
    for (T b : edges)
      for (T s : {T(1), T(-1)})
        for (T t : {T(1), T(-1)})
          visit(s * a, t * b);
}

} // namespace tandem_test
