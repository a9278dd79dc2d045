#include "support.hpp"

#include <tandem/cpu/for_each.hpp>
#include <tandem/cpu/generate.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEST_CASE("generate: the index, 32 and 64 bits wide", "[generate]") {
  for (auto n : sizes())
    for (auto const& how : executions()) {
      std::vector<float> out(n + 2, -1.0f);
      cpu::generate(how, n, out.data() + 1,
                    [](std::uint32_t i) { return static_cast<float>(i % 1000) * 0.5f; });
      std::vector<std::uint64_t> wide(n);
      cpu::generate<std::uint64_t>(how, n, wide.data(), [](auto i) {
        static_assert(std::is_same_v<decltype(i), std::uint64_t>);
        return i * 0x100000001u;
      });
      bool same = out.front() == -1.0f && out.back() == -1.0f;
      for (std::size_t i = 0; i < n; ++i)
        same = same && out[i + 1] == static_cast<float>(i % 1000) * 0.5f && wide[i] == i * 0x100000001u;
      CHECK(same);
    }
}

TEST_CASE("generate: streamed output and other types", "[generate]") {
  std::size_t const n = (std::size_t{18} << 20) + 5;
  std::vector<std::uint32_t> out(n);
  cpu::generate({workers(3)}, n, out.data(), [](std::uint32_t i) { return i ^ 0x55u; });
  bool same = true;
  for (std::size_t i = 0; i < n; ++i)
    same = same && out[i] == (i ^ 0x55u);
  CHECK(same);
  std::vector<std::string> text(1000);
  cpu::generate({workers(2)}, text.size(), text.data(), [](std::uint32_t i) { return std::to_string(i); });
  CHECK(text[999] == "999");
}

TEST_CASE("for_each and for_n: once for each element", "[for_each]") {
  for (auto n : sizes())
    for (auto const& how : executions()) {
      auto data = random_values<std::int32_t>(n, 3);
      auto const before = data;
      cpu::for_each(how, n, data.data(), [](std::int32_t& x) { x ^= 0x0f0f; });
      std::vector<std::uint8_t> seen(n, 0);
      cpu::for_n(how, n, [&seen](std::size_t i) { ++seen[i]; });
      bool same = true;
      for (std::size_t i = 0; i < n; ++i)
        same = same && data[i] == (before[i] ^ 0x0f0f) && seen[i] == 1;
      CHECK(same);
    }
}

TEST_CASE("for_each: constant ranges, counting, strings, exceptions", "[for_each]") {
  std::vector<int> const numbers(10007, 3);
  std::vector<std::string> text(5000, "a");
  for (auto const& how : executions()) {
    std::atomic<std::int64_t> sum{0};
    cpu::for_each(how, numbers.size(), numbers.data(), [&sum](int const& x) { sum += x; });
    CHECK(sum.load() == 30021);
    cpu::for_each(how, text.size(), text.data(), [](std::string& s) { s += 'b'; });
    CHECK(text[4999].size() == text[0].size());
    auto const fails = [](std::size_t i) {
      if (i == 777)
        throw std::out_of_range("777");
    };
    CHECK_THROWS_AS(cpu::for_n(how, 5000, fails), std::out_of_range);
  }
}
