#include "support.hpp"

#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/unique.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEMPLATE_TEST_CASE("filter, partition, unique: every execution, size and share kept", "[filter]", float,
                   double, std::int32_t, std::uint64_t, std::uint8_t, std::int16_t) {
  for (auto n : sizes())
    for (std::uint64_t share : {0u, 1u, 50u, 100u}) {
      auto in = random_values<TestType>(n, 17 + share);
      if (share == 100)
        for (auto& x : in)
          x = static_cast<TestType>(static_cast<int>(x) % 3); // runs of equals for unique
      auto const pred = [share](TestType x) {
        return static_cast<std::uint64_t>(std::abs(static_cast<double>(x)) / 3) % 100 < share;
      };
      std::vector<TestType> expected, others, distinct = in;
      std::copy_if(in.begin(), in.end(), std::back_inserter(expected), pred);
      std::remove_copy_if(in.begin(), in.end(), std::back_inserter(others), pred);
      distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
      auto both = expected;
      both.insert(both.end(), others.begin(), others.end());
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        std::vector<TestType> out(expected.size() + 1, TestType(99)); // exactly the room needed, and a guard
        auto const kept = cpu::filter(how, n, in.data(), out.data(), pred);
        wrong += kept != expected.size() || out.back() != TestType(99) ||
                 !std::equal(expected.begin(), expected.end(), out.begin());
        auto in_place = in;
        in_place.resize(cpu::filter(how, n, in_place.data(), in_place.data(), pred));
        wrong += !same_bits(in_place, expected);
        auto parts = in;
        wrong += cpu::partition(how, n, parts.data(), pred) != expected.size() || !same_bits(parts, both);
        auto runs = in;
        runs.resize(cpu::unique(how, n, runs.data(), [](TestType a, TestType b) { return a == b; }));
        wrong += runs != distinct;
      }
      CAPTURE(n, share);
      CHECK(wrong == 0);
    }
}

TEMPLATE_TEST_CASE("filter: a tile's kept elements are stored, and nothing before or behind them", "[filter]",
                   std::uint8_t, std::uint16_t, float, double) {
  constexpr std::size_t guard = 70;
  for (auto n : {0, 1, 7, 16, 17, 64, 1000, 1023, 2041, 5000})
    for (unsigned share : {0u, 1u, 30u, 99u, 100u})
      for (std::size_t place : {0u, 1u, 5u, 15u, 63u}) {
        auto const in = random_values<TestType>(static_cast<std::size_t>(n), 5 + share);
        std::mt19937 bits(share * 31u + static_cast<unsigned>(n));
        std::vector<std::uint8_t> keep(in.size());
        for (auto& k : keep)
          k = bits() % 100 < share ? 1 : 0;
        std::vector<TestType> expected(place, TestType(99));
        for (std::size_t i = 0; i < in.size(); ++i)
          if (keep[i] != 0)
            expected.push_back(in[i]);
        auto const kept = expected.size() - place;
        expected.resize(expected.size() + guard, TestType(99));
        std::vector<TestType> plain(expected.size(), TestType(99)), streamed = plain;
        CAPTURE(n, share, place);
        CHECK(cpu::detail::count_kept(keep.data(), keep.size()) == kept);
        cpu::detail::compress_exactly(in.data(), keep.data(), in.size(), kept, plain.data() + place,
                                      sizeof(TestType));
        CHECK(same_bits(plain, expected));
        cpu::detail::stream_kept(in.data(), keep.data(), in.size(), streamed.data() + place);
        cpu::streaming_fence();
        CHECK(same_bits(streamed, expected));
      }
}

TEST_CASE("filter: streamed output", "[filter]") {
  std::size_t const n = (std::size_t{18} << 20) + 77;
  std::vector<std::uint32_t> in(n), out(n), expected;
  for (std::size_t i = 0; i < n; ++i)
    in[i] = static_cast<std::uint32_t>(i * 2654435761u);
  auto const pred = [](std::uint32_t x) { return x % 3 != 0; };
  std::copy_if(in.begin(), in.end(), std::back_inserter(expected), pred);
  for (std::size_t threads : {0u, 2u, 5u}) {
    auto const kept = cpu::filter({workers(threads)}, n, in.data(), out.data(), pred);
    CHECK(kept == expected.size());
    CHECK(std::equal(expected.begin(), expected.end(), out.begin()));
  }
}

TEST_CASE("filter, partition, unique: strings, move-only elements, exceptions", "[filter]") {
  std::size_t const n = 5003;
  std::vector<std::string> text(n);
  for (std::size_t i = 0; i < n; ++i)
    text[i] = "a string too long for its own buffer " + std::to_string(i / 3);
  auto const pred = [](std::string const& s) { return s.back() % 2 == 0; };
  std::vector<std::string> expected, distinct = text;
  std::copy_if(text.begin(), text.end(), std::back_inserter(expected), pred);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  auto both = text;
  std::stable_partition(both.begin(), both.end(), pred);
  for (auto const& how : executions()) {
    std::vector<std::string> out(expected.size());
    CHECK(cpu::filter(how, n, text.data(), out.data(), pred) == expected.size());
    CHECK((out == expected));
    auto parts = text;
    CHECK(cpu::partition(how, n, parts.data(), pred) == expected.size());
    CHECK((parts == both));
    auto runs = text;
    runs.resize(cpu::unique(how, n, runs.data(), [](auto const& a, auto const& b) { return a == b; }));
    CHECK((runs == distinct));
    std::vector<std::unique_ptr<int>> owners(1000);
    for (int i = 0; i < 1000; ++i)
      owners[static_cast<std::size_t>(i)] = std::make_unique<int>(i);
    CHECK(cpu::partition(how, 1000, owners.data(), [](auto const& p) { return *p % 10 == 0; }) == 100);
    CHECK((*owners[99] == 990 && *owners[100] == 1 && *owners[999] == 999));
    std::vector<int> numbers(100000, 1), kept(100000);
    auto const fails = [](int x) { return x == 1 ? throw std::runtime_error("no") : true; };
    CHECK_THROWS_AS(cpu::filter(how, numbers.size(), numbers.data(), kept.data(), fails), std::runtime_error);
  }
}
