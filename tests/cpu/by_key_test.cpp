#include "support.hpp"

#include <tandem/cpu/join.hpp>
#include <tandem/cpu/reduce_by_key.hpp>
#include <tandem/cpu/top_k.hpp>
#include <tandem/cpu/total_order.hpp>
#include <tandem/cpu/try_map.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

namespace {

struct outcome { // like std::expected<int, std::string>
  int value_ = 0;
  std::string error_;
  explicit operator bool() const { return error_.empty(); }
  int& operator*() & { return value_; }
  int&& operator*() && { return std::move(value_); }
  std::string error() && { return std::move(error_); }
};

} // namespace

TEST_CASE("reduce_by_key: runs of every length, the same bits everywhere", "[reduce_by_key]") {
  for (auto n : sizes())
    for (std::size_t run : {1u, 3u, 1000u, 100000u}) {
      std::vector<std::uint32_t> keys(n);
      for (std::size_t i = 0; i < n; ++i)
        keys[i] = static_cast<std::uint32_t>(i / run) % 3;
      auto const values = random_values<float>(n, 41);
      std::vector<std::uint32_t> reference_keys;
      std::vector<std::uint64_t> reference_sums;
      std::vector<float> float_sums;
      for (std::size_t i = 0; i < n; ++i) {
        if (i == 0 || keys[i] != keys[i - 1]) {
          reference_keys.push_back(keys[i]);
          reference_sums.push_back(0);
        }
        reference_sums.back() += i;
      }
      std::vector<std::uint64_t> index(n);
      std::iota(index.begin(), index.end(), std::uint64_t{0});
      std::size_t wrong = 0;
      for (auto const& how : executions()) {
        std::vector<std::uint32_t> keys_out(reference_keys.size());
        std::vector<std::uint64_t> sums(reference_keys.size());
        std::vector<float> floats(reference_keys.size());
        auto const runs =
            cpu::reduce_by_key<std::uint64_t>(how, n, keys.data(), index.data(), keys_out.data(), sums.data(),
                                              std::equal_to<>{}, std::plus<>{});
        wrong += runs != reference_keys.size() || keys_out != reference_keys || sums != reference_sums;
        cpu::reduce_by_key<float>(how, n, keys.data(), values.data(), keys_out.data(), floats.data(),
                                  std::equal_to<>{}, std::plus<>{});
        if (float_sums.empty())
          float_sums = floats;
        wrong += !same_bits(floats, float_sums);
      }
      CAPTURE(n, run);
      CHECK(wrong == 0);
    }
}

TEST_CASE("reduce_by_key: order is kept for strings", "[reduce_by_key]") {
  std::size_t const n = 20000;
  std::vector<std::string> keys(n, "x"), values(n);
  std::string all;
  for (std::size_t i = 0; i < n; ++i)
    all += values[i] = std::to_string(i % 10);
  for (auto const& how : executions()) {
    std::vector<std::string> keys_out(1), out(1);
    auto const runs = cpu::reduce_by_key<std::string>(how, n, keys.data(), values.data(), keys_out.data(),
                                                      out.data(), std::equal_to<>{}, std::plus<>{});
    CHECK(runs == 1);
    CHECK((out[0] == all && keys_out[0] == "x"));
  }
}

TEMPLATE_TEST_CASE("top_k: as a stable descending sort begins", "[top_k]", float, std::int32_t, std::uint8_t,
                   double) {
  for (auto n : sizes())
    for (std::size_t k : {0u, 1u, 2u, 100u, 5000u}) {
      auto const in = random_values<TestType>(n, 43);
      std::vector<std::size_t> order(n);
      std::iota(order.begin(), order.end(), std::size_t{0});
      cpu::total_less const less;
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return less(in[b], in[a]); });
      order.resize(std::min(n, k));
      std::size_t wrong = 0;
      for (auto const& how : executions())
        wrong += cpu::top_k_indices(how, n, in.data(), k, less) != order;
      CAPTURE(n, k);
      CHECK(wrong == 0);
    }
}

TEST_CASE("top_k: strings", "[top_k]") {
  std::vector<std::string> text(20000);
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = "key " + std::to_string(i * 7919 % 9973);
  std::vector<std::size_t> order(text.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return text[b] < text[a]; });
  order.resize(50);
  for (auto const& how : executions())
    CHECK((cpu::top_k_indices(how, text.size(), text.data(), 50, std::less<>{}) == order));
}

TEST_CASE("try_map: the error of the lowest index", "[try_map]") {
  std::size_t const n = 20000;
  std::vector<int> in(n);
  std::iota(in.begin(), in.end(), 0);
  for (auto const& how : executions())
    for (int bad : {-1, 0, 7777, 19999}) {
      std::vector<int> out(n, -1);
      auto const f = [bad](int x) {
        return bad >= 0 && x >= bad && x % 2 == bad % 2 ? outcome{0, "no " + std::to_string(x)}
                                                        : outcome{2 * x, ""};
      };
      auto const result = cpu::try_map<std::string>(
          how, n, in.data(), [&out](std::size_t i, int&& v) { out[i] = v; }, f);
      if (bad < 0) {
        CHECK_FALSE(result.error);
        CHECK(out[n - 1] == 2 * static_cast<int>(n - 1));
      } else {
        REQUIRE(result.error);
        CHECK(*result.error == "no " + std::to_string(bad));
        CHECK(result.index == static_cast<std::size_t>(bad));
        bool before = true;
        for (int i = 0; i < bad; ++i)
          before = before && out[static_cast<std::size_t>(i)] == 2 * i;
        CHECK(before);
      }
    }
}

TEST_CASE("join: two and more functions, recursion, exceptions", "[join]") {
  for (auto const& how : executions()) {
    std::atomic<int> sum{0};
    cpu::join(
        how, [&] { sum += 1; }, [&] { sum += 10; });
    cpu::join(
        how, [&] { sum += 100; }, [&] { sum += 1000; }, [&] { sum += 10000; }, [&] { sum += 100000; });
    CHECK(sum.load() == 111111);
    CHECK_THROWS_AS(cpu::join(
                        how, [] {}, [] { throw std::runtime_error("g"); }, [] {}),
                    std::runtime_error);
  }
}
