// Reductions whose accumulator is a struct, a tuple or a narrow number: one shape and the same bits everywhere.
#include "gpu_support.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#pragma GCC diagnostic ignored "-Wconversion" // lambdas assign to narrow members as C++ does

using namespace gpu_dispatch;
using tandem::half;
using tandem::on_cpu;
using tandem::on_gpu;

namespace {

struct extent {
  float least, greatest;
  std::uint32_t count;
};
TANDEM_STRUCT(extent, least, greatest, count);

struct moments {
  std::uint8_t flags;
  float sum;
  std::int16_t last;
  half rough;
  bool any;
};
TANDEM_STRUCT(moments, flags, sum, last, rough, any);

struct wide_moments {
  double sum;
  std::int32_t count;
  std::uint64_t bits;
};
TANDEM_STRUCT(wide_moments, sum, count, bits);

constexpr std::size_t sizes[] = {0, 1, 2, 15, 16, 17, 4095, 4096, 4097, 8193, 70001, 1100003};

bool equal(moments const& a, moments const& b) {
  return a.flags == b.flags && same_bits(std::array{a.sum}, std::array{b.sum}) && a.last == b.last &&
         a.rough.bits() == b.rough.bits() && a.any == b.any;
}

} // namespace

TEST_CASE("a struct of least, greatest and count is one reduction on every device", "[gpu][reduce]") {
  NEEDS_A_DEVICE();
  auto const join = [](auto a, auto b) {
    a.least = tandem::min(a.least, b.least);
    a.greatest = tandem::max(a.greatest, b.greatest);
    a.count += b.count;
    return a;
  };
  for (auto const n : sizes) {
    INFO("n = " << n);
    auto const in = random_values<float>(n);
    std::vector<extent> const each = tandem::parallel_map(on_cpu, in, [](float x) {
      return extent{x, x, 1};
    });
    extent const init{1e30f, -1e30f, 0};
    auto const a = tandem::parallel_reduce(on_gpu, each, init, join);
    auto const b = tandem::parallel_reduce(on_cpu, each, init, join);
    CHECK(same_bits(std::array{a}, std::array{b}));
    CHECK(a.count == n);
    if (n != 0)
      CHECK(a.least == *std::min_element(in.begin(), in.end()));
  }
}

TEST_CASE("a tuple of sum, product and place keeps its order", "[gpu][reduce]") {
  NEEDS_A_DEVICE();
  using state = std::tuple<float, std::int32_t, std::uint32_t>;
  auto const join = [](auto a, auto b) { // a number in base 3, by its leading digits: not commutative
    return std::tuple{std::get<0>(a) + std::get<0>(b), std::get<1>(a) * 3 + std::get<1>(b),
                      std::get<2>(a) ^ (std::get<2>(b) + 1u)};
  };
  auto const make = [](auto x) {
    return std::tuple{x * 0.25f, tandem::cast<std::int32_t>(x), tandem::bit_cast<std::uint32_t>(x)};
  };
  for (auto const n : sizes) {
    INFO("n = " << n);
    auto const in = random_values<float>(n);
    state const init{0.5f, 7, 9u};
    auto const a = tandem::parallel_map_reduce(on_gpu, in, init, join, make);
    auto const b = tandem::parallel_map_reduce(on_cpu, in, init, join, make);
    CHECK(a == b);
    tandem::array<float> resident(n);
    std::copy(in.begin(), in.end(), resident.begin());
    CHECK(tandem::parallel_map_reduce(on_gpu, resident, init, join, make) == b);
  }
}

TEST_CASE("narrow members are cut to their width at every step", "[gpu][reduce]") {
  NEEDS_A_DEVICE();
  auto const join = [](auto a, auto b) {
    a.flags += b.flags;
    a.sum = a.sum + b.sum;
    a.last = a.last * 3 + b.last;
    a.rough = a.rough * 0.75f + b.rough;
    a.any = a.any || b.any;
    return a;
  };
  for (auto const n : sizes) {
    INFO("n = " << n);
    auto const in = random_values<float>(n);
    std::vector<moments> each(n);
    for (std::size_t i = 0; i < n; ++i)
      each[i] = {static_cast<std::uint8_t>(i * 37), in[i], static_cast<std::int16_t>(i), in[i], i == 4097};
    moments const init{3, 1.5f, -2, 0.125f, false};
    CHECK(equal(tandem::parallel_reduce(on_gpu, each, init, join),
                tandem::parallel_reduce(on_cpu, each, init, join)));
  }
}

TEST_CASE("doubles and 64-bit integers are members of two words", "[gpu][reduce]") {
  NEEDS_A_DEVICE();
  if (auto const why = why_not<double>() + why_not<std::uint64_t>(); !why.empty())
    TANDEM_SKIP(why);
  auto const join = [](auto a, auto b) {
    a.sum += b.sum;
    a.count += b.count;
    a.bits = a.bits * 5u + b.bits;
    return a;
  };
  for (auto const n : sizes) {
    INFO("n = " << n);
    std::vector<wide_moments> each(n);
    auto const in = random_values<double>(n);
    for (std::size_t i = 0; i < n; ++i)
      each[i] = {in[i], 1, i * 0x100000001u};
    wide_moments const init{0.5, 1, 3};
    auto const a = tandem::parallel_reduce(on_gpu, each, init, join);
    auto const b = tandem::parallel_reduce(on_cpu, each, init, join);
    CHECK(same_bits(std::array{a.sum}, std::array{b.sum}));
    CHECK((a.count == b.count && a.bits == b.bits));
  }
}

TEMPLATE_TEST_CASE("narrow accumulators have the CPU's bits", "[gpu][reduce]", std::uint8_t, std::int16_t,
                   half) {
  NEEDS_A_DEVICE();
  auto const factor = TestType(std::is_same_v<TestType, half> ? 0.5f : 3.0f);
  auto const join = [factor](auto a, auto b) { return a * factor + b; };
  for (auto const n : sizes) {
    INFO("n = " << n);
    std::vector<TestType> in(n);
    for (std::size_t i = 0; i < n; ++i)
      in[i] = static_cast<TestType>(static_cast<int>(i * 7919 % 211) - 100);
    auto const bits = [](TestType x) { return std::array{x}; };
    CHECK(same_bits(bits(tandem::parallel_reduce(on_gpu, in, TestType(3), join)),
                    bits(tandem::parallel_reduce(on_cpu, in, TestType(3), join))));
    if constexpr (!std::is_same_v<TestType, half>)
      CHECK(tandem::parallel_reduce(on_gpu, in, TestType(3), tandem::plus{}) ==
            tandem::parallel_reduce(on_cpu, in, TestType(3), tandem::plus{}));
  }
}

TEST_CASE("an accumulator too large for shared memory says so, and runs on the CPU", "[gpu][reduce]") {
  NEEDS_A_DEVICE();
  using table = std::array<std::uint32_t, 400>;
  std::vector<std::uint32_t> const in{1, 2, 3, 399, 1000};
  auto const make = [](auto x) {
    std::array<decltype(x + 0u), 400> all{};
    for (std::uint32_t i = 0; i < 400; ++i)
      all[i] = tandem::select(x == i, x * 0u + 1u, x * 0u);
    return all;
  };
  auto const join = [](auto a, auto b) {
    for (std::size_t i = 0; i < a.size(); ++i)
      a[i] = a[i] + b[i];
    return a;
  };
  CHECK_THROWS_WITH(tandem::parallel_map_reduce(on_gpu, in, table{}, join, make),
                    Catch::Contains("400 numbers") && Catch::Contains("shared memory"));
  auto const sums = tandem::parallel_map_reduce(in, table{}, join, make);
  CHECK((sums[1] == 1 && sums[399] == 1 && sums[0] == 0));
}
