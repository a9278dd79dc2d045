// Every function against the C library's function of the next larger type: at most 2 units in the last place
// over the whole range, and exactly right for zeros, infinities, NaN and arguments outside the domain.
#include "accuracy.hpp"

#include <catch2/catch.hpp>

using namespace tandem_test;

namespace {

constexpr double goal_ulp = 2.0;

template <class T>
void check(char const* name, accuracy<T> const& found) {
  INFO(name << ": " << found.worst << " ulp at (" << found.x << ", " << found.y << "); wrong kind at ("
            << found.wrong_x << ", " << found.wrong_y << ")");
  CHECK(found.wrong == 0);
  CHECK(found.worst <= goal_ulp);
}

} // namespace

TEMPLATE_TEST_CASE("functions of one argument are within 2 ulp over the whole range", "", float, double) {
  auto const x = arguments<TestType>(200'000, 3);
  each_unary_with_reference([&](char const* name, auto f, auto reference) {
    accuracy<TestType> found;
    for (TestType v : x)
      found.add(f(v), reference(wider_t<TestType>(v)), v);
    check(name, found);
  });
}

TEMPLATE_TEST_CASE("functions of two arguments are within 2 ulp over the whole range", "", float, double) {
  each_binary_with_reference([&](char const* name, auto f, auto reference) {
    accuracy<TestType> found;
    each_pair<TestType>(60'000, 5, [&](TestType x, TestType y) {
      found.add(f(x, y), reference(wider_t<TestType>(x), wider_t<TestType>(y)), x, y);
    });
    check(name, found);
  });
}

TEMPLATE_TEST_CASE("arguments closest to multiples of a quarter turn keep their digits", "", float, double) {
  // Numbers whose distance from a multiple of π/2 is extreme for their type (continued fractions of π/2 give
  // them).
  std::vector<TestType> const x =
      std::is_same_v<TestType, float>
          ? std::vector<TestType>{TestType(16367173.0 * 0x1p72), TestType(0x1.f9cbe2p+7),
                                  TestType(0x1.921fb6p+0), TestType(0x1.6cbe4p+33)}
          : std::vector<TestType>{TestType(6381956970095103.0 * 0x1p797), TestType(0x1.921fb54442d18p+0),
                                  TestType(0x1.6ac5b262ca1ffp+849), TestType(411557987.0)};
  for (TestType v : x)
    for (TestType sign : {TestType(1), TestType(-1)}) {
      accuracy<TestType> found;
      found.add(tandem::sin(sign * v), std::sin(wider_t<TestType>(sign * v)), v);
      found.add(tandem::cos(sign * v), std::cos(wider_t<TestType>(sign * v)), v);
      found.add(tandem::tan(sign * v), std::tan(wider_t<TestType>(sign * v)), v);
      check("sin, cos, tan", found);
    }
}

TEMPLATE_TEST_CASE("symmetries hold to the bit", "", float, double) {
  for (TestType x : arguments<TestType>(20'000, 7)) {
    CHECK(same_bits<TestType>(tandem::sin(-x), -tandem::sin(x)));
    CHECK(same_bits<TestType>(tandem::cos(-x), tandem::cos(x)));
    CHECK(same_bits<TestType>(tandem::tan(-x), -tandem::tan(x)));
    CHECK(same_bits<TestType>(tandem::atan(-x), -tandem::atan(x)));
    CHECK(same_bits<TestType>(tandem::asin(-x), -tandem::asin(x)));
    CHECK(same_bits<TestType>(tandem::sinh(-x), -tandem::sinh(x)));
    CHECK(same_bits<TestType>(tandem::cosh(-x), tandem::cosh(x)));
    CHECK(same_bits<TestType>(tandem::tanh(-x), -tandem::tanh(x)));
    CHECK(same_bits<TestType>(tandem::cbrt(-x), -tandem::cbrt(x)));
  }
}

TEST_CASE("exact cases are exact") {
  for (int i = -149; i < 128; ++i)
    CHECK(tandem::exp2(static_cast<float>(i)) == std::ldexp(1.0f, i));
  for (int i = -1074; i < 1024; ++i)
    CHECK(tandem::exp2(static_cast<double>(i)) == std::ldexp(1.0, i));
  for (int i = -149; i < 128; ++i)
    CHECK(tandem::log2(std::ldexp(1.0f, i)) == static_cast<float>(i));
  for (int i = -1074; i < 1024; ++i)
    CHECK(tandem::log2(std::ldexp(1.0, i)) == static_cast<double>(i));
  for (int i = -100; i <= 100; ++i) {
    CHECK(tandem::cbrt(static_cast<float>(i * i * i)) == static_cast<float>(i));
    CHECK(tandem::cbrt(static_cast<double>(i * i * i)) == static_cast<double>(i));
    CHECK(tandem::pow(static_cast<double>(i), 2) == static_cast<double>(i * i));
  }
  CHECK(tandem::hypot(3.0f, 4.0f) == 5.0f);
  CHECK(tandem::exp(0.0f) == 1.0f);
  CHECK(tandem::log(1.0) == 0.0);
}
