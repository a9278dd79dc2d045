#include "support/skip.hpp"

#include "support.hpp"

#include <tandem/cpu/map.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

TEMPLATE_TEST_CASE("map: one input, every execution and size, aligned or not, in place or not", "[map]",
                   float, double, std::int32_t, std::uint8_t, std::uint64_t, std::int16_t) {
  for (auto n : sizes()) {
    auto const in = random_values<TestType>(n + 1, 1);
    auto const f = [](TestType x) { return static_cast<TestType>(x / TestType(3) + TestType(1)); };
    for (std::size_t offset : {0u, 1u}) {
      std::vector<TestType> expected(n + 2, TestType(42));
      for (std::size_t i = 0; i < n; ++i)
        expected[i + 1] = f(in[i + offset]);
      for (auto const& how : executions()) {
        std::vector<TestType> out(n + 2, TestType(42)); // guards at both ends
        cpu::map(how, n, out.data() + 1, f, in.data() + offset);
        CHECK(same_bits(out, expected));
        std::vector<TestType> in_place(in.begin() + static_cast<std::ptrdiff_t>(offset), in.end());
        cpu::map(how, n, in_place.data(), f, in_place.data());
        CHECK(std::equal(expected.begin() + 1, expected.end() - 1, in_place.begin()));
      }
    }
  }
}

TEST_CASE("map: two to eight inputs of different types", "[map]") {
  std::size_t const n = 5003;
  auto const a = random_values<float>(n, 1);
  auto const b = random_values<std::int32_t>(n, 2);
  auto const c = random_values<double>(n, 3);
  auto const d = random_values<std::uint16_t>(n, 4);
  auto const pair = [](float x, std::int32_t y) { return static_cast<double>(x) * y; };
  auto const eight = [](float p, std::int32_t q, double r, std::uint16_t s, float t, std::int32_t u, double v,
                        std::uint16_t w) { return p + 2.0 * q - r * s + 4.0 * t - u * v + 6.0 * w; };
  for (auto const& how : executions()) {
    std::vector<double> out2(n), out8(n);
    cpu::map(how, n, out2.data(), pair, a.data(), b.data());
    cpu::map(how, n, out8.data(), eight, a.data(), b.data(), c.data(), d.data(), a.data(), b.data(), c.data(),
             d.data());
    bool same = true;
    for (std::size_t i = 0; i < n; ++i)
      same = same && same_bits(out2[i], pair(a[i], b[i])) &&
             same_bits(out8[i], eight(a[i], b[i], c[i], d[i], a[i], b[i], c[i], d[i]));
    CHECK(same);
    auto third = c; // the output is the last input
    cpu::map(
        how, n, third.data(), [](float x, double y) { return x + y; }, a.data(), third.data());
    CHECK(third[n - 1] == a[n - 1] + c[n - 1]);
  }
}

TEST_CASE("map: output large enough for streaming stores", "[map]") {
  std::size_t const n = (std::size_t{20} << 20) + 13;
  if (!cpu::prefers_streaming(n * sizeof(float)))
    tandem_test::note_skip("this machine's caches are so large that the output is not streamed; the results "
                           "are checked all the same");
  std::vector<float> in(n + 1), out(n + 3, -1.0f);
  std::iota(in.begin(), in.end(), 0.0f);
  for (std::size_t threads : {0u, 2u, 3u}) {
    cpu::map(
        {workers(threads)}, n, out.data() + 1, [](float x) { return x * 2.0f + 1.0f; }, in.data() + 1);
    bool same = out[0] == -1.0f && out[n + 1] == -1.0f;
    for (std::size_t i = 0; i < n; ++i)
      same = same && out[i + 1] == in[i + 1] * 2.0f + 1.0f;
    CHECK(same);
  }
}

TEST_CASE("map: any element type", "[map]") {
  std::size_t const n = 3000;
  std::vector<int> in(n);
  std::iota(in.begin(), in.end(), 0);
  for (auto const& how : executions()) {
    std::vector<std::string> text(n);
    cpu::map(
        how, n, text.data(), [](int x) { return std::to_string(x); }, in.data());
    CHECK(text[n - 1] == "2999");
    std::vector<std::unique_ptr<int>> owners(n);
    auto const maker = [seed = std::make_unique<int>(5)](int x) { return std::make_unique<int>(x + *seed); };
    cpu::map(how, n, owners.data(), maker, in.data());
    CHECK(*owners[100] == 105);
    std::unique_ptr<bool[]> const even(new bool[n]);
    cpu::map(
        how, n, even.get(), [](int x) { return x % 2 == 0; }, in.data());
    CHECK((even[2998] && !even[2999]));
  }
}

TEST_CASE("map: captures by value and by reference, mutable functions, exceptions", "[map]") {
  std::size_t const n = 40000;
  std::vector<float> in(n, 2.0f), out(n), table{1.0f, 10.0f, 100.0f};
  float factor = 3.0f;
  for (auto const& how : executions()) {
    cpu::map(
        how, n, out.data(), [&table, factor](float x) { return x * factor + table[1]; }, in.data());
    CHECK(out == std::vector<float>(n, 16.0f));
    auto twice = [factor = 0.0f](float x) mutable { return factor = 2, factor * x; };
    cpu::map(how, n, out.data(), twice, in.data());
    CHECK(out == std::vector<float>(n, 4.0f));
    std::atomic<std::size_t> calls{0};
    cpu::map(
        how, n, out.data(), [&calls](float x) { return ++calls, x; }, in.data());
    CHECK(calls.load() == n);
    in[12345] = -1.0f;
    auto const fails = [](float x) { return x < 0 ? throw std::domain_error("negative") : x; };
    CHECK_THROWS_AS(cpu::map(how, n, out.data(), fails, in.data()), std::domain_error);
    in[12345] = 2.0f;
  }
}
