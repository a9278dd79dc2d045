// unique in place when the function that compares throws: every element stays in the array, once.
#include "support.hpp"
#include "support/all_there.hpp"

#include <tandem/cpu/unique.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

namespace {

template <class T>
T made(std::size_t i) {
  if constexpr (std::is_arithmetic_v<T>)
    return static_cast<T>(i);
  else if constexpr (std::is_same_v<T, std::string>)
    return std::to_string(i) + " with a tail that is too long to be stored in place";
  else
    return std::make_unique<std::size_t>(i);
}

template <class T>
std::int64_t number_of(T const& x) {
  if constexpr (std::is_arithmetic_v<T>)
    return static_cast<std::int64_t>(x);
  else if constexpr (std::is_same_v<T, std::string>)
    return x.empty() ? -1 : std::stoll(x);
  else
    return x == nullptr ? -1 : static_cast<std::int64_t>(*x);
}

template <class T>
std::vector<T> counted_up(std::size_t n) {
  std::vector<T> data;
  data.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    data.push_back(made<T>(i));
  return data;
}

template <class T>
bool all_there(std::vector<T> const& data) {
  return tandem_test::all_there(data, [](T const& x) { return number_of(x); });
}

} // namespace

TEMPLATE_TEST_CASE("unique: whatever the comparison throws, every element stays", "[filter][hostile]",
                   std::int32_t, std::uint64_t, double, std::string, std::unique_ptr<std::size_t>) {
  constexpr std::size_t most = std::is_arithmetic_v<TestType> ? 200'003 : 3001;
  for (auto const& how : executions())
    for (std::size_t const n : {3UL, 100UL, 513UL, 3001UL, 16'384UL, 16'385UL, 70'000UL, 200'003UL})
      for (std::int64_t const run : {1L, 3L, 20'000L}) // as many neighbours count as equal
        for (std::size_t const failing : {std::size_t{1}, n / 3, n / 2, n - 1}) {
          if (n > most)
            continue;
          auto data = counted_up<TestType>(n);
          auto const same = [&](TestType const& a, TestType const& b) {
            if (number_of(b) == static_cast<std::int64_t>(failing))
              throw std::runtime_error("not to be compared");
            return number_of(a) / run == number_of(b) / run;
          };
          CAPTURE(n, run, failing);
          CHECK_THROWS_AS(cpu::unique(how, n, data.data(), same), std::runtime_error);
          CHECK(all_there(data));
        }
}

TEMPLATE_TEST_CASE("unique: a comparison that cannot throw gives what one gives that could", "[filter]",
                   std::int32_t, double, std::uint8_t) {
  for (auto const& how : executions())
    for (std::size_t const n : {0UL, 1UL, 100UL, 16'384UL, 16'385UL, 100'003UL}) {
      std::vector<TestType> data(n);
      for (std::size_t i = 0; i < n; ++i)
        data[i] = static_cast<TestType>(i * i / 3 % 200);
      auto const same = [](TestType a, TestType b) noexcept {
        return static_cast<int>(a) / 2 == static_cast<int>(b) / 2;
      };
      auto const checked = [&](TestType a, TestType b) {
        if (a < TestType{0})
          throw std::runtime_error("negative");
        return same(a, b);
      };
      auto expected = data, other = data;
      expected.erase(std::unique(expected.begin(), expected.end(), same), expected.end());
      data.resize(cpu::unique(how, n, data.data(), same));
      other.resize(cpu::unique(how, n, other.data(), checked));
      CHECK(data == expected);
      CHECK(data == other);
    }
}
