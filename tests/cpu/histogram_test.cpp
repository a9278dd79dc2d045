#include "support.hpp"

#include <tandem/cpu/gather.hpp>
#include <tandem/cpu/histogram.hpp>
#include <tandem/cpu/merge.hpp>
#include <tandem/cpu/total_order.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEMPLATE_TEST_CASE("histogram: counts and what falls outside", "[histogram]", std::uint32_t, std::uint64_t,
                   int) {
  for (auto n : sizes())
    for (std::size_t bins : {1u, 7u, 256u, 5000u, 40000u}) {
      auto const in = random_values<std::int32_t>(n, 31);
      auto const skewed = n % 2 == 0;
      auto const bin_of = [skewed, bins](std::int32_t x) {
        return skewed ? (x % 100 == 0 ? -1 : 0) : x % static_cast<std::int32_t>(bins + 3);
      };
      std::vector<TestType> expected(bins, TestType(5)); // added to what is there
      std::size_t outside = 0;
      for (auto x : in) {
        auto const bin = bin_of(x);
        if (bin >= 0 && static_cast<std::size_t>(bin) < bins)
          ++expected[static_cast<std::size_t>(bin)];
        else
          ++outside;
      }
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        std::vector<TestType> counts(bins, TestType(5));
        wrong += cpu::histogram(how, n, in.data(), bins, counts.data(), bin_of) != outside;
        wrong += counts != expected;
        counts.assign(bins, TestType(5));
        auto const wide = [bin_of](std::int32_t x) { return static_cast<std::int64_t>(bin_of(x)); };
        wrong +=
            cpu::histogram(how, n, in.data(), bins, counts.data(), wide) != outside || counts != expected;
      }
      CAPTURE(n, bins);
      CHECK(wrong == 0);
    }
}

TEST_CASE("histogram: equal neighbours, and more of a kind than 16 bits count", "[histogram]") {
  std::size_t const n = 1'000'003;
  std::vector<std::uint8_t> in(n);
  for (int pattern = 0; pattern < 4; ++pattern) {
    std::vector<std::uint64_t> expected(256, 0);
    for (std::size_t i = 0; i < n; ++i) {
      auto const value = pattern == 0   ? i % 4   // each table sees one value only
                         : pattern == 1 ? 77      // all equal
                         : pattern == 2 ? i / 100 // some stretches are
                         : i % 977 == 0 ? 1
                                        : 255; // most are
      in[i] = static_cast<std::uint8_t>(value);
      ++expected[in[i]];
    }
    for (auto const& how : executions())
      for (std::size_t const bins : {256u, 77u, 5000u}) {
        std::vector<std::uint64_t> counts(bins, 0);
        auto const outside = cpu::histogram(how, n, in.data(), bins, counts.data(), [](auto x) { return x; });
        auto wanted = expected;
        wanted.resize(bins, 0);
        CAPTURE(pattern, bins);
        CHECK(counts == wanted);
        CHECK(outside == n - std::accumulate(wanted.begin(), wanted.end(), std::uint64_t{0}));
      }
  }
}

TEMPLATE_TEST_CASE("histogram: numbers of one byte, wherever they begin", "[histogram]", std::uint8_t,
                   std::int8_t, char, bool) {
  for (std::size_t const n : {2047u, 2048u, 2049u, 4095u, 4096u, 4097u, 16383u, 16385u, 70'001u, 300'007u})
    for (std::size_t const offset : {0u, 1u, 63u})
      for (int pattern = 0; pattern < 4; ++pattern) {
        auto const words = random_values<std::uint32_t>(n + offset, static_cast<std::uint32_t>(n) + 7);
        std::unique_ptr<TestType[]> const in(new TestType[n + offset]);
        for (std::size_t i = 0; i < n + offset; ++i) {
          auto const x = words[i] >> 8U;
          auto const value = pattern == 0   ? x                      // uniform
                             : pattern == 1 ? 201                    // all equal
                             : pattern == 2 ? (x % 10 == 0 ? x : 77) // nine in ten
                                            : i / 5000;              // long runs
          in[i] = static_cast<TestType>(value);
        }
        auto const bin_of = [](auto x) {
          return static_cast<int>(x) / 2;
        }; // several values to a bin, some outside
        std::size_t const bins = 50;
        std::vector<std::uint32_t> expected(bins, 3);
        std::size_t outside = 0;
        for (auto i = offset; i < n + offset; ++i)
          if (auto const bin = bin_of(in[i]); bin >= 0 && bin < static_cast<int>(bins))
            ++expected[static_cast<std::size_t>(bin)];
          else
            ++outside;
        std::size_t wrong = 0;
        for (auto const& how : executions()) {
          std::vector<std::uint32_t> counts(bins, 3);
          wrong += cpu::histogram(how, n, in.get() + offset, bins, counts.data(), bin_of) != outside;
          wrong += counts != expected;
        }
        CAPTURE(n, offset, pattern);
        CHECK(wrong == 0);
      }
}

TEST_CASE("histogram: a function of bytes that throws leaves the counts as they were", "[histogram]") {
  std::vector<std::uint8_t> in(100'000, 1);
  in[77'777] = 2;
  for (auto const& how : executions()) {
    std::vector<std::uint64_t> counts(4, 5);
    auto const bin_of = [](std::uint8_t x) { return x == 2 ? throw std::out_of_range("two") : int{x}; };
    CHECK_THROWS_AS(cpu::histogram(how, in.size(), in.data(), counts.size(), counts.data(), bin_of),
                    std::out_of_range);
    CHECK(counts == std::vector<std::uint64_t>(4, 5));
  }
}

TEMPLATE_TEST_CASE("gather, scatter: permutations and bad indices", "[gather]", std::uint32_t, std::int64_t,
                   int, std::uint8_t) {
  std::size_t const most =
      std::min<std::size_t>(50000, static_cast<std::size_t>(std::numeric_limits<TestType>::max()));
  std::vector<TestType> index(most);
  std::iota(index.begin(), index.end(), TestType(0));
  std::shuffle(index.begin(), index.end(), std::mt19937(5));
  auto const in = random_values<float>(most, 3);
  for (auto const& how : executions()) {
    std::vector<float> gathered(most), back(most);
    CHECK(cpu::find_bad_index(how, most, index.data(), most) == most);
    cpu::gather(how, most, in.data(), index.data(), gathered.data());
    cpu::scatter(how, most, gathered.data(), index.data(), back.data());
    CHECK((back == in));
    CHECK(gathered[7] == in[static_cast<std::size_t>(index[7])]);
    auto const largest =
        static_cast<std::size_t>(std::max_element(index.begin(), index.end()) - index.begin());
    CHECK(cpu::find_bad_index(how, most, index.data(), most - 1) == largest);
    CHECK(cpu::find_bad_index(how, most, index.data(), 0) == 0);
    if constexpr (std::is_signed_v<TestType>) {
      auto negative = index;
      negative[most / 3] = -1;
      CHECK(cpu::find_bad_index(how, most, negative.data(), most) == most / 3);
    }
    std::vector<std::string> const words{"a", "b", "c"};
    std::vector<TestType> const order{2, 0, 0};
    std::vector<std::string> picked(3);
    cpu::gather(how, 3, words.data(), order.data(), picked.data());
    CHECK((picked == std::vector<std::string>{"c", "a", "a"}));
  }
}

TEST_CASE("merge: stable, of every pair of sizes", "[merge]") {
  struct item {
    int key;
    std::size_t origin;
    bool operator==(item const&) const = default;
  };
  auto const less = [](item const& a, item const& b) { return a.key < b.key; };
  for (std::size_t a_size : {0u, 1u, 100u, 9000u, 60001u})
    for (std::size_t b_size : {0u, 1u, 8192u, 30000u}) {
      std::vector<item> a(a_size), b(b_size), expected(a_size + b_size);
      for (std::size_t i = 0; i < a_size; ++i)
        a[i] = {static_cast<int>(i * 7919 % 501), i};
      for (std::size_t i = 0; i < b_size; ++i)
        b[i] = {static_cast<int>(i * 104729 % 401), a_size + i};
      std::stable_sort(a.begin(), a.end(), less);
      std::stable_sort(b.begin(), b.end(), less);
      std::merge(a.begin(), a.end(), b.begin(), b.end(), expected.begin(), less);
      for (auto const& how : executions()) {
        std::vector<item> out(a_size + b_size);
        cpu::merge(how, a_size, a.data(), b_size, b.data(), out.data(), less);
        CHECK((out == expected));
      }
    }
}

TEST_CASE("merge: floats in total order", "[merge]") {
  using limits = std::numeric_limits<float>;
  std::vector<float> const a{-limits::quiet_NaN(), -limits::infinity(), -0.0f, 1.0f, limits::quiet_NaN()};
  std::vector<float> const b{-1.0f, 0.0f, limits::infinity()};
  std::vector<float> const expected{a[0], a[1], b[0], a[2], b[1], a[3], b[2], a[4]};
  std::vector<float> out(8);
  cpu::merge({}, 5, a.data(), 3, b.data(), out.data(), cpu::total_less{});
  CHECK(same_bits(out, expected));
  auto random = random_values<std::uint64_t>(40000, 9);
  std::vector<double> x(20000), y(20000), both(40000), merged(40000);
  for (std::size_t i = 0; i < 20000; ++i) {
    std::memcpy(&x[i], &random[i], 8);
    std::memcpy(&y[i], &random[20000 + i], 8);
  }
  cpu::total_less const less;
  std::sort(x.begin(), x.end(), less);
  std::sort(y.begin(), y.end(), less);
  std::merge(x.begin(), x.end(), y.begin(), y.end(), both.begin(), less);
  for (auto const& how : executions()) {
    cpu::merge(how, x.size(), x.data(), y.size(), y.data(), merged.data(), less);
    CHECK(same_bits(merged, both));
  }
}
