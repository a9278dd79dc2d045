// The function objects on plain values (the GPU side is covered by the bit-equality tests): values,
// identities and the order-free rule of minimum and maximum.
#include <tandem/functional.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

template <class T>
constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

/// −1: a is NaN; otherwise the bits, so that −0 and 0 differ.
template <class T>
auto key(T x) {
  using U = tandem::math::uint_t<T>;
  return x != x ? ~U{0} : tandem::bit_cast<U>(x);
}

template <class T>
std::vector<T> hostile_values() {
  using limits = std::numeric_limits<T>;
  return {T{0},
          -T{0},
          T{1},
          T{-1},
          limits::denorm_min(),
          -limits::denorm_min(),
          limits::max(),
          limits::min(),
          limits::lowest(),
          limits::infinity(),
          -limits::infinity(),
          not_a_number<T>};
}

struct concatenation {
  std::string operator()(std::string const& a, std::string const& b) const { return a + b; }
};
struct user_operation {
  int operator()(int a, int b) const { return a * b + a + b; }
};

} // namespace

template <>
inline constexpr bool tandem::is_commutative_v<user_operation, int> = true;

TEST_CASE("commutative operations are known, tandem's and the standard's") {
  STATIC_REQUIRE(tandem::is_commutative_v<tandem::plus, float>);
  STATIC_REQUIRE(tandem::is_commutative_v<tandem::maximum, double>);
  STATIC_REQUIRE(tandem::is_commutative_v<std::plus<>, int>);
  STATIC_REQUIRE(tandem::is_commutative_v<std::multiplies<double>, double>);
  STATIC_REQUIRE(tandem::is_commutative_v<std::bit_xor<>, std::uint64_t>);
  STATIC_REQUIRE(tandem::is_commutative_v<std::logical_or<>, bool>);
  STATIC_REQUIRE(tandem::is_commutative_v<user_operation, int>);
  STATIC_REQUIRE_FALSE(tandem::is_commutative_v<user_operation, long>);
  STATIC_REQUIRE_FALSE(tandem::is_commutative_v<tandem::plus, std::string>);
  STATIC_REQUIRE_FALSE(tandem::is_commutative_v<std::plus<>, std::string>);
  STATIC_REQUIRE_FALSE(tandem::is_commutative_v<tandem::minus, int>);
  STATIC_REQUIRE_FALSE(tandem::is_commutative_v<concatenation, std::string>);
}

TEMPLATE_TEST_CASE("identities of floating operations leave every bit", "", float, double) {
  using namespace tandem;
  auto const check = [](auto op, auto identity) {
    for (TestType x : hostile_values<TestType>()) {
      CHECK(key(TestType(op(x, identity))) == key(x));
      CHECK(key(TestType(op(identity, x))) == key(x));
    }
  };
  check(plus{}, identity_v<plus, TestType>);
  check(multiplies{}, identity_v<multiplies, TestType>);
  check(minimum{}, identity_v<minimum, TestType>);
  check(maximum{}, identity_v<maximum, TestType>);
  check(std::plus<>{}, identity_v<std::plus<>, TestType>);
}

TEMPLATE_TEST_CASE("identities of integer operations", "", std::int32_t, std::uint32_t, std::int64_t,
                   std::uint64_t, std::uint8_t, std::int16_t) {
  using namespace tandem;
  std::mt19937_64 random(17);
  auto const check = [&](auto op, auto identity) {
    for (int i = 0; i < 200; ++i) {
      auto const x = static_cast<TestType>(random());
      CHECK(static_cast<TestType>(op(x, identity)) == x);
      CHECK(static_cast<TestType>(op(identity, x)) == x);
    }
  };
  check(plus{}, identity_v<plus, TestType>);
  check(multiplies{}, identity_v<multiplies, TestType>);
  check(bit_and{}, identity_v<bit_and, TestType>);
  check(bit_or{}, identity_v<bit_or, TestType>);
  check(bit_xor{}, identity_v<bit_xor, TestType>);
  check(minimum{}, identity_v<minimum, TestType>);
  check(maximum{}, identity_v<maximum, TestType>);
}

TEMPLATE_TEST_CASE("minimum and maximum do not depend on order or grouping", "", float, double) {
  auto const values = hostile_values<TestType>();
  for (TestType a : values)
    for (TestType b : values) {
      CHECK(key(tandem::minimum{}(a, b)) == key(tandem::minimum{}(b, a)));
      CHECK(key(tandem::maximum{}(a, b)) == key(tandem::maximum{}(b, a)));
      for (TestType c : values) {
        tandem::minimum const low;
        tandem::maximum const high;
        CHECK(key(low(low(a, b), c)) == key(low(a, low(b, c))));
        CHECK(key(high(high(a, b), c)) == key(high(a, high(b, c))));
      }
    }
  CHECK(key(tandem::minimum{}(not_a_number<TestType>, TestType{2})) == key(TestType{2}));
  CHECK(key(tandem::minimum{}(TestType{0}, -TestType{0})) == key(-TestType{0}));
  CHECK(key(tandem::maximum{}(-TestType{0}, TestType{0})) == key(TestType{0}));
}

TEST_CASE("operations compute what the operators do") {
  using namespace tandem;
  CHECK(plus{}(std::string("ab"), "cd") == "abcd");
  CHECK(minimum{}(std::string("b"), std::string("a")) == "a");
  CHECK(maximum{}(std::string("b"), std::string("a")) == "b");
  CHECK(minus{}(5, 7) == -2);
  CHECK(divides{}(7, 2.0) == 3.5);
  CHECK(modulus{}(-7, 3) == -1);
  CHECK(negate{}(3.0f) == -3.0f);
  CHECK(bit_not{}(5u) == ~5u);
  CHECK(logical_not{}(false));
  CHECK((less{}(1, 2) && greater{}(2, 1) && equal_to{}(2, 2) && not_equal_to{}(1, 2)));
  CHECK((less_equal{}(2, 2) && greater_equal{}(2, 2) && logical_and{}(true, true) &&
         logical_or{}(false, true)));
  int value = 4;
  CHECK(&identity{}(value) == &value);
  std::array<int, 4> numbers{3, 1, 4, 1};
  std::sort(numbers.begin(), numbers.end(), greater{});
  CHECK(numbers == std::array<int, 4>{4, 3, 1, 1});
}
