// Selection, casts, rounding, comparison, loops and look-ups on plain numbers (gpu_equality_test has the
// other side).
#include "vocabulary.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

using namespace tandem_test;

TEMPLATE_TEST_CASE("casts of floats saturate and take NaN to zero", "", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t) {
  using limits = std::numeric_limits<TestType>;
  auto const check = [](auto x) {
    using wide = long double;
    TestType expected{};
    if (x == x)
      expected = wide(x) >= wide(limits::max()) + 1      ? limits::max()
                 : wide(x) <= wide(limits::lowest()) - 1 ? limits::lowest()
                                                         : static_cast<TestType>(std::trunc(wide(x)));
    INFO("x = " << x);
    CHECK(tandem::cast<TestType>(x) == expected);
  };
  for (float x : arguments<float>(5000, 41))
    check(x);
  for (double x : arguments<double>(5000, 42))
    check(x);
  for (int e = 5; e < 66; ++e)
    for (double d : {-1.0, -0.5, 0.0, 0.5, 1.0})
      for (double s : {1.0, -1.0})
        check(s * (std::ldexp(1.0, e) + d));
}

TEMPLATE_TEST_CASE("rounding is that of the standard library", "", float, double) {
  for (TestType x : arguments<TestType>(20'000, 43)) {
    CHECK(same_bits<TestType>(tandem::floor(x), std::floor(x)));
    CHECK(same_bits<TestType>(tandem::ceil(x), std::ceil(x)));
    CHECK(same_bits<TestType>(tandem::trunc(x), std::trunc(x)));
    CHECK(same_bits<TestType>(tandem::round(x), std::round(x)));
    CHECK(same_bits<TestType>(tandem::rint(x), std::rint(x)));
    CHECK(same_bits<TestType>(tandem::abs(x), std::fabs(x)));
    CHECK(tandem::isnan(x) == std::isnan(x));
    CHECK(tandem::isinf(x) == std::isinf(x));
    CHECK(same_bits<TestType>(tandem::sign(x), x > 0 ? TestType(1) : x < 0 ? TestType(-1) : x));
  }
  for (int i = -40; i <= 40; ++i)
    CHECK(tandem::round(static_cast<TestType>(i) / 2) == std::round(static_cast<TestType>(i) / 2));
}

TEMPLATE_TEST_CASE("min, max, clamp and fma are those of the standard library", "", float, double) {
  auto const x = arguments<TestType>(3000, 44);
  auto const y = arguments<TestType>(3000, 45);
  auto const z = arguments<TestType>(3000, 46);
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(same_bits<TestType>(tandem::min(x[i], y[i]), std::min(x[i], y[i])));
    CHECK(same_bits<TestType>(tandem::max(x[i], y[i]), std::max(x[i], y[i])));
    CHECK(same_bits<TestType>(tandem::fma(x[i], y[i], z[i]), std::fma(x[i], y[i], z[i])));
    CHECK(same_bits<TestType>(tandem::clamp(x[i], TestType(-2), TestType(3)),
                              std::clamp(x[i], TestType(-2), TestType(3))));
  }
}

TEST_CASE("numbers of different types meet by the usual arithmetic conversions") {
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::select(true, 1, 2.5f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::select(true, 1u, -1)), unsigned>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::min(1, 2L)), long>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(1.5f, 2)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(2, 2)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::exp(1)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(std::int8_t{1})), int>);
  CHECK(tandem::select(false, std::string("a"), std::string("b")) == "b");
  CHECK(tandem::abs(std::numeric_limits<int>::lowest()) == std::numeric_limits<int>::lowest());
  CHECK(tandem::abs(-7L) == 7L);
  CHECK(tandem::mod(-7, 3) == 2);
  CHECK(tandem::mod(7, -3) == -2);
  CHECK(tandem::mod(-7.5, 2.0) == 0.5);
  CHECK(tandem::popcount(std::uint8_t{0xf1}) == 5);
  CHECK(tandem::countl_zero(std::uint32_t{0}) == 32);
  CHECK(tandem::countl_zero(std::int64_t{1}) == 63);
  CHECK(tandem::bit_cast<std::uint32_t>(1.0f) == 0x3f800000u);
  CHECK(tandem::fast::exp(1.0) == tandem::exp(1.0));
}

TEST_CASE("repeat and iterate_while are bounded loops over any state") {
  CHECK(tandem::repeat(5, 1, [](int s) { return s * 2; }) == 32);
  CHECK(tandem::repeat(5u, 0, [](std::uint32_t i, int s) { return s + static_cast<int>(i); }) == 10);
  CHECK(tandem::repeat(-3, 7, [](int s) { return s + 1; }) == 7);
  auto const fibonacci = tandem::repeat(10, std::pair{0, 1}, [](auto s) {
    return std::pair{s.second, s.first + s.second};
  });
  CHECK(fibonacci.first == 55);
  CHECK(tandem::repeat(3, std::string("a"), [](std::string const& s) { return s + s; }) == "aaaaaaaa");
  CHECK(tandem::iterate_while(
            100, [](int s) { return s > 10; }, [](int s) { return s / 2; }, 50) == 6);
  CHECK(tandem::iterate_while(
            100, [](int) { return true; }, [](int s) { return s - 1; }, 7) == 93);
  CHECK(tandem::iterate_while(
            0, [](int) { return true; }, [](std::uint32_t i, int) { return static_cast<int>(i); }, 9) == 8);
}

TEST_CASE("a view reads zero outside its range") {
  std::vector<float> const table{1.5f, 2.5f, 3.5f};
  auto const t = tandem::view(table);
  CHECK(t[0] == 1.5f);
  CHECK(t[2u] == 3.5f);
  CHECK(t[3] == 0.0f);
  CHECK(t[-1] == 0.0f);
  CHECK(t[std::int64_t{1} << 40] == 0.0f);
  CHECK(t.size() == 3);
  std::array<int, 2> const pair{4, 5};
  CHECK(tandem::view(std::span(pair))[1] == 5);
}
