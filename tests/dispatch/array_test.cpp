#include <tandem/array.hpp>

#include <catch2/catch.hpp>

#include <numeric>

TEST_CASE("An array holds what it was given", "[array]") {
  tandem::array<float> const zeros(5);
  REQUIRE(zeros.to_vector() == std::vector<float>(5, 0));
  tandem::array<int> filled(3, 7);
  filled[1] = 8;
  REQUIRE(filled.to_vector() == std::vector<int>{7, 8, 7});
  std::vector<double> const source{1, 2, 3};
  REQUIRE(tandem::array<double>(source).to_vector() == source);
  REQUIRE(tandem::array<double>{}.empty());
  REQUIRE_FALSE(filled.resident());
}

TEST_CASE("Arrays copy deeply and move cheaply", "[array]") {
  tandem::array<int> a(1000);
  std::iota(a.begin(), a.end(), 0);
  auto b = a;
  b[0] = 99;
  REQUIRE(std::as_const(a)[0] == 0);
  auto const* const address = std::as_const(b).data();
  auto const c = std::move(b);
  REQUIRE(c.data() == address);
  REQUIRE(c[0] == 99);
  REQUIRE(b.empty()); // NOLINT(bugprone-use-after-move): a moved-from array is empty
  a = c;
  REQUIRE(std::as_const(a)[0] == 99);
  auto& same = a;
  a = same;
  REQUIRE(std::as_const(a)[999] == 999);
}
