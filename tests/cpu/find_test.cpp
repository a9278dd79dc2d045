#include "support.hpp"

#include <tandem/cpu/extrema.hpp>
#include <tandem/cpu/find.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEMPLATE_TEST_CASE("find: count, find_if, any, all, none", "[find]", float, double, std::int32_t,
                   std::uint8_t, std::uint64_t) {
  for (auto n : sizes()) {
    auto in = random_values<TestType>(n, 23);
    auto const small = [](TestType x) { return x < TestType(100); };
    auto const counted = static_cast<std::size_t>(std::count_if(in.begin(), in.end(), small));
    std::vector<TestType> zeros(n, TestType(0));
    for (auto place : {n, n - 1, n / 2, std::size_t{0}}) {
      if (place > n)
        continue;
      if (place < n)
        zeros[place] = TestType(7);
      auto const is_seven = [](TestType x) { return x == TestType(7); };
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        wrong += cpu::count(how, n, in.data(), small) != counted;
        wrong += cpu::find_if(how, n, zeros.data(), is_seven) != place;
        wrong += cpu::any_of(how, n, zeros.data(), is_seven) != (place != n);
        wrong += cpu::none_of(how, n, zeros.data(), is_seven) != (place == n);
        wrong +=
            cpu::all_of(how, n, zeros.data(), [](TestType x) { return x == TestType(0); }) != (place == n);
      }
      CAPTURE(n, place);
      CHECK(wrong == 0); // later ones stay: the first must be found
    }
  }
}

TEST_CASE("find: strings and exceptions", "[find]") {
  std::vector<std::string> text(3000, "no");
  text[2000] = text[1500] = "yes";
  auto const is_yes = [](std::string const& s) { return s == "yes"; };
  for (auto const& how : executions()) {
    CHECK(cpu::find_if(how, text.size(), text.data(), is_yes) == 1500);
    CHECK(cpu::count(how, text.size(), text.data(), is_yes) == 2);
    auto const fails = [](std::string const& s) {
      return s == "yes" ? throw std::runtime_error("x") : false;
    };
    CHECK_THROWS_AS(cpu::any_of(how, text.size(), text.data(), fails), std::runtime_error);
  }
}

TEMPLATE_TEST_CASE("extrema: index of the first of equals", "[extrema]", float, double, std::int32_t,
                   std::uint8_t, std::int64_t) {
  for (auto n : sizes()) {
    if (n == 0)
      continue;
    for (std::uint64_t seed : {1u, 2u}) {
      auto in = random_values<TestType>(n, seed);
      if (seed == 2)
        for (auto& x : in)
          x = static_cast<TestType>(static_cast<int>(x) % 2); // many equals
      auto const least = static_cast<std::size_t>(std::min_element(in.begin(), in.end()) - in.begin());
      auto const greatest = static_cast<std::size_t>(std::max_element(in.begin(), in.end()) - in.begin());
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        auto const both = cpu::minmax_element(how, n, in.data());
        wrong += both.min != least || both.max != greatest;
        auto const reversed = [](TestType a, TestType b) { return b < a; };
        auto const by = cpu::minmax_element(how, n, in.data(), reversed);
        wrong += by.min != greatest || by.max != least;
      }
      CAPTURE(n, seed);
      CHECK(wrong == 0);
    }
  }
}

TEMPLATE_TEST_CASE("extrema: NaN, infinities, zeros", "[extrema]", float, double) {
  using limits = std::numeric_limits<TestType>;
  auto const nan = limits::quiet_NaN(), inf = limits::infinity();
  for (std::size_t n : {1u, 5u, 100u, 9000u, 200000u})
    for (auto const& how : executions()) {
      std::vector<TestType> values(n, nan);
      CHECK(cpu::min_element(how, n, values.data()) == 0);
      CHECK(cpu::max_element(how, n, values.data()) == 0);
      values[n - 1] = inf;
      CHECK(cpu::min_element(how, n, values.data()) == n - 1);
      CHECK(cpu::max_element(how, n, values.data()) == n - 1);
      values[n / 2] = -inf;
      CHECK(cpu::min_element(how, n, values.data()) == n / 2);
      values.assign(n, TestType(0));
      values[n - 1] = -TestType(0);
      CHECK(cpu::min_element(how, n, values.data()) == 0);
      CHECK(cpu::max_element(how, n, values.data()) == 0);
    }
}

TEST_CASE("extrema: integers at their limits, strings", "[extrema]") {
  std::vector<std::int32_t> const top(10000, std::numeric_limits<std::int32_t>::max());
  std::vector<std::string> const text{"pear", "apple", "plum", "apple", "plum"};
  for (auto const& how : executions()) {
    CHECK(cpu::min_element(how, top.size(), top.data()) == 0);
    CHECK(cpu::min_element(how, text.size(), text.data()) == 1);
    CHECK(cpu::max_element(how, text.size(), text.data()) == 2);
  }
}

TEMPLATE_TEST_CASE("extrema, find: spans that start off a cache line", "[extrema][find]", float, double,
                   std::int16_t, std::uint8_t) {
  constexpr std::size_t n = 50021;
  for (std::size_t start : {1u, 3u, 15u, 31u}) {
    std::vector<TestType> room(n + start, TestType(5));
    room[start - 1] = TestType(100); // outside, as are those below
    auto* const in = room.data() + start;
    for (std::size_t place : {0u, 1u, 60u, 63u, 64u, 4097u, 50020u}) {
      auto const least = place, greatest = n - 1 - place; // never the same
      in[least] = TestType(1), in[greatest] = TestType(9);
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        auto const both = cpu::minmax_element(how, n, in);
        wrong += both.min != least || both.max != greatest;
        wrong += cpu::min_element(how, n, in) != least || cpu::max_element(how, n, in) != greatest;
        wrong += cpu::find_if(how, n, in, [](TestType x) { return x == TestType(1); }) != least;
        wrong += cpu::count(how, n, in, [](TestType x) { return x == TestType(5); }) != n - 2;
        wrong += cpu::any_of(how, n, in, [](TestType x) { return x == TestType(100); });
      }
      CAPTURE(start, place);
      CHECK(wrong == 0);
      in[least] = in[greatest] = TestType(5);
    }
  }
}
