#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <random>
#include <string>

namespace {

std::vector<std::size_t> const sizes{0,   1,    2,    15,   16,   17,    255,    256,
                                     257, 4095, 4096, 4097, 8192, 12289, 100003, 1000003};

template <class T>
std::vector<T> random_values(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(n);
  for (auto& value : values)
    value = static_cast<T>(static_cast<std::int64_t>(random() % 20001) - 10000);
  return values;
}

/// Two-by-two matrices over integers modulo 2^64: associative, not commutative.
struct matrix {
  std::uint64_t a, b, c, d;
  friend bool operator==(matrix const&, matrix const&) = default;
  friend matrix operator*(matrix const& x, matrix const& y) {
    return {x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d};
  }
};

} // namespace

TEMPLATE_TEST_CASE("Integer reductions equal a loop", "[reduce]", std::int32_t, std::uint32_t, std::int64_t,
                   std::uint64_t) {
  for (auto const n : sizes) {
    auto const values = random_values<TestType>(n, 11);
    TestType sum = 5, least = std::numeric_limits<TestType>::max(), mixed = 0;
    for (auto const x : values) {
      sum = static_cast<TestType>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(x));
      least = std::min(least, x);
      mixed ^= x;
    }
    REQUIRE(tandem::parallel_reduce(values, TestType{5}, tandem::plus{}) == sum);
    REQUIRE(tandem::parallel_reduce(values, std::numeric_limits<TestType>::max(), tandem::minimum{}) ==
            least);
    REQUIRE(tandem::parallel_reduce(values, TestType{0}, tandem::bit_xor{}) == mixed);
    REQUIRE(tandem::parallel_reduce(values, TestType{5}, std::plus<>{}) == sum);
  }
}

TEMPLATE_TEST_CASE("Float sums are close to long double and have the same bits on any number of threads",
                   "[reduce]", float, double) {
  for (auto const n : sizes) {
    auto values = random_values<TestType>(n, 12);
    for (auto& value : values)
      value = value / TestType(7);
    long double exact = 0, magnitude = 0;
    for (auto const x : values) {
      exact += static_cast<long double>(x);
      magnitude += std::abs(static_cast<long double>(x));
    }
    auto const sum = tandem::parallel_reduce(values, TestType{0}, tandem::plus{});
    // A tree of depth d errs by at most d roundings of the sum of magnitudes (Higham, Accuracy and Stability, 4.2).
    auto const depth = 16 + 8 + std::log2(static_cast<double>(n) / 4096 + 2);
    REQUIRE(std::abs(static_cast<long double>(sum) - exact) <=
            magnitude * depth * static_cast<long double>(std::numeric_limits<TestType>::epsilon()));
    for (unsigned threads = 1; threads <= 6; ++threads) {
      tandem::runtime runtime{{.threads = threads}};
      auto const again =
          tandem::parallel_reduce(tandem::on_cpu.with(runtime), values, TestType{0}, tandem::plus{});
      REQUIRE(std::memcmp(&again, &sum, sizeof sum) == 0);
    }
  }
}

TEST_CASE("An operation that is only associative keeps its order", "[reduce]") {
  for (auto const n : sizes) {
    std::mt19937_64 random(n);
    std::vector<matrix> values(n);
    matrix expected{1, 2, 3, 4};
    for (auto& value : values) {
      value = {random(), random(), random(), random()};
      expected = expected * value;
    }
    auto const product = [](matrix const& x, matrix const& y) { return x * y; };
    REQUIRE(tandem::parallel_reduce(values, matrix{1, 2, 3, 4}, product) == expected);
  }
}

TEST_CASE("Strings are concatenated in order", "[reduce]") {
  std::vector<std::string> words;
  std::string expected = "start ";
  for (int i = 0; i < 20000; ++i) {
    words.push_back(std::to_string(i) + " ");
    expected += words.back();
  }
  REQUIRE(tandem::parallel_reduce(words, std::string{"start "}, std::plus<>{}) == expected);
}

TEST_CASE("A reduction computes in the type of its initial value", "[reduce]") {
  std::vector<std::uint8_t> const bytes(100000, 255);
  REQUIRE(tandem::parallel_reduce(bytes, std::uint64_t{0}, tandem::plus{}) == 25'500'000);
  std::vector<float> const halves(1000, 0.5f);
  REQUIRE(tandem::parallel_reduce(halves, 0, tandem::plus{}) ==
          0); // as std::reduce: every element becomes an int
}

TEST_CASE("parallel_map_reduce fuses any number of inputs", "[map_reduce]") {
  for (auto const n : sizes) {
    auto const a = random_values<std::int64_t>(n, 21);
    auto const b = random_values<std::int64_t>(n, 22);
    std::int64_t expected = 100;
    for (std::size_t i = 0; i < n; ++i)
      expected += a[i] * b[i];
    REQUIRE(tandem::parallel_map_reduce(a, b, std::int64_t{100}, tandem::plus{},
                                        [](auto x, auto y) { return x * y; }) == expected);
  }
  std::vector<std::string> const words{"a", "bb", "ccc"};
  REQUIRE(tandem::parallel_map_reduce(words, std::size_t{0}, tandem::plus{},
                                      [](std::string const& word) { return word.size(); }) == 6);
}

TEST_CASE("Reductions refuse sizes that disagree and pass exceptions on", "[reduce][errors]") {
  std::vector<int> const a(10), b(11);
  CHECK_THROWS_WITH(
      tandem::parallel_map_reduce(a, b, 0, tandem::plus{}, [](auto x, auto y) { return x * y; }),
      "parallel_map_reduce: input 2 has 11 elements but input 1 has 10");
  std::vector<int> const many(100000, 1);
  auto const refuse = [](int x, int) -> int {
    if (x > 0)
      throw std::runtime_error("no");
    return 0;
  };
  CHECK_THROWS_WITH(tandem::parallel_reduce(many, 0, refuse), "no");
}

TEST_CASE("minimum and maximum ignore NaN and order the zeros", "[functional]") {
  auto const nan = std::numeric_limits<float>::quiet_NaN();
  tandem::minimum const least;
  tandem::maximum const most;
  for (float const x : {-1.0f, 0.0f, std::numeric_limits<float>::infinity()}) {
    CHECK(least(nan, x) == x);
    CHECK(least(x, nan) == x);
    CHECK(most(nan, x) == x);
    CHECK(most(x, nan) == x);
  }
  CHECK(std::signbit(least(0.0f, -0.0f)));
  CHECK(std::signbit(least(-0.0f, 0.0f)));
  CHECK_FALSE(std::signbit(most(0.0f, -0.0f)));
  CHECK_FALSE(std::signbit(most(-0.0f, 0.0f)));
}

TEMPLATE_TEST_CASE("Identities leave every value alone", "[functional]", std::int32_t, std::uint64_t, float,
                   double) {
  auto values = random_values<TestType>(50, 3);
  values.push_back(std::numeric_limits<TestType>::max());
  values.push_back(std::numeric_limits<TestType>::lowest());
  values.push_back(TestType(-0.0));
  for (auto const x : values) {
    auto const same = [x](TestType y) { return std::memcmp(&x, &y, sizeof x) == 0; };
    CHECK(same(tandem::plus{}(x, tandem::identity_v<tandem::plus, TestType>)));
    CHECK(same(tandem::multiplies{}(tandem::identity_v<tandem::multiplies, TestType>, x)));
    CHECK(same(tandem::minimum{}(x, tandem::identity_v<tandem::minimum, TestType>)));
    CHECK(same(tandem::maximum{}(tandem::identity_v<tandem::maximum, TestType>, x)));
  }
}
