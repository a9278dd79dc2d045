#include "support.hpp"

#include <tandem/cpu/scan.hpp>

#include <catch2/catch.hpp>

#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

struct adding {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
template <>
inline constexpr bool cpu::is_addition<adding> = true;

namespace {

// The shape of docs/architecture.md, as plainly as it can be said: ((C op G) op L) op R.
template <class T, class Op>
std::optional<T> join(std::optional<T> a, std::optional<T> b, Op op) {
  if (a && b)
    return static_cast<T>(op(*a, *b));
  return a ? a : b;
}

template <class T, class Op>
std::vector<T> plain_scan(std::vector<T> const& in, std::optional<T> init, bool inclusive, Op op) {
  auto const fold = [&](std::vector<T> const& v, std::size_t first, std::size_t last) {
    std::optional<T> result;
    for (auto i = first; i < std::min(last, v.size()); ++i)
      result = join<T>(result, v[i], op);
    return result;
  };
  auto const totals_of = [&](std::vector<T> const& v) {
    std::vector<T> result;
    for (std::size_t i = 0; i < v.size(); i += 16)
      result.push_back(*fold(v, i, i + 16));
    return result;
  };
  auto const lanes = totals_of(in), groups = totals_of(lanes), tiles = totals_of(groups);
  std::vector<std::optional<T>> carry(tiles.size(), init);
  if (tiles.size() > 1) {
    auto const before = plain_scan<T>(tiles, std::nullopt, false, op);
    for (std::size_t t = 1; t < tiles.size(); ++t)
      carry[t] = join<T>(init, before[t], op);
  }
  std::vector<T> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto value = carry[i / 4096];
    value = join<T>(value, fold(groups, i / 4096 * 16, i / 256), op);
    value = join<T>(value, fold(lanes, i / 256 * 16, i / 16), op);
    value = join<T>(value, fold(in, i / 16 * 16, i + (inclusive ? 1 : 0)), op);
    out[i] = value.value_or(T{}); // T{}: the first of an exclusive scan without init, which nobody reads
  }
  return out;
}

} // namespace

TEMPLATE_TEST_CASE("scan: the shape, bit by bit, for every thread count and instruction set", "[scan]", float,
                   double, std::uint32_t, std::int64_t, std::uint8_t, std::int16_t) {
  auto const add = [](TestType a, TestType b) {
    if constexpr (std::is_integral_v<TestType>)
      return static_cast<TestType>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    else
      return a + b;
  };
  auto const grid = all_executions();
  for (auto n : sizes()) {
    auto const in = random_values<TestType>(n, 11);
    auto const init = static_cast<TestType>(3);
    auto const inclusive = plain_scan<TestType>(in, std::nullopt, true, add);
    auto const exclusive = plain_scan<TestType>(in, init, false, add);
    std::size_t wrong = 0;
    for (auto const& how : grid) {
      if (n > 100000 && how.workers != nullptr && how.workers->threads() % 3 != 0)
        continue;
      std::vector<TestType> out(n), in_place = in;
      cpu::inclusive_scan(how, n, in.data(), out.data(), add);
      wrong += !same_bits(out, inclusive);
      cpu::exclusive_scan(how, n, in.data(), out.data(), init, add);
      wrong += !same_bits(out, exclusive);
      cpu::inclusive_scan(how, n, in_place.data(), in_place.data(), add);
      wrong += !same_bits(in_place, inclusive);
      in_place = in;
      cpu::exclusive_scan(how, n, in_place.data(), in_place.data(), init, add);
      wrong += !same_bits(in_place, exclusive);
    }
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}

TEST_CASE("scan: an operation that is not even associative shows every step", "[scan]") {
  auto const mix = [](std::uint32_t a, std::uint32_t b) { return a * 2654435761u + (b ^ (b >> 7)) + 12345u; };
  for (std::size_t n : {4095u, 4096u, 70000u, 20u * 4096u, 300u * 4096u + 777u}) {
    auto const in = random_values<std::uint32_t>(n, 12);
    auto const inclusive = plain_scan<std::uint32_t>(in, std::nullopt, true, mix);
    auto const exclusive = plain_scan<std::uint32_t>(in, 77u, false, mix);
    for (auto const& how : executions()) {
      std::vector<std::uint32_t> out(n);
      cpu::inclusive_scan(how, n, in.data(), out.data(), mix);
      CHECK((out == inclusive)); // not printed: it is long
      cpu::exclusive_scan(how, n, in.data(), out.data(), 77u, mix);
      CHECK((out == exclusive)); // not printed: it is long
    }
  }
}

TEST_CASE("scan: carries above the first level of tiles", "[scan]") {
  // 4096 tiles and a few more, through the chain alone.
  auto const mix = [](std::uint32_t a, std::uint32_t b) { return a * 2654435761u + (b ^ (b >> 7)) + 12345u; };
  auto const totals = random_values<std::uint32_t>(3 * 4096 + 5000, 13);
  auto const expected = plain_scan<std::uint32_t>(totals, std::nullopt, false, mix);
  cpu::detail::carry_chain<std::uint32_t, decltype(mix)> chain(mix);
  std::size_t wrong = 0;
  for (std::size_t t = 0; t < totals.size(); ++t) {
    auto const carry = chain.next();
    wrong += carry.exists != (t > 0) || (t > 0 && carry.value != expected[t]);
    chain.push(totals[t]);
  }
  CHECK(wrong == 0);
}

TEST_CASE("scan: streamed output, converted input", "[scan]") {
  std::size_t const n = (std::size_t{9} << 20) + 4321;
  std::vector<std::uint8_t> in(n);
  for (std::size_t i = 0; i < n; ++i)
    in[i] = static_cast<std::uint8_t>(i * 7);
  std::vector<std::uint64_t> expected(n), out(n);
  std::inclusive_scan(in.begin(), in.end(), expected.begin(), std::plus<>{}, std::uint64_t{0});
  for (std::size_t threads : {0u, 2u, 5u}) {
    cpu::inclusive_scan({workers(threads)}, n, in.data(), out.data(), std::plus<>{});
    CHECK((out == expected)); // not printed: it is long
  }
}

TEST_CASE("scan: strings keep their order; exceptions come back and nobody waits for ever", "[scan]") {
  std::size_t const n = 1500;
  std::vector<std::string> in(n), expected(n);
  for (std::size_t i = 0; i < n; ++i) {
    in[i] = static_cast<char>('a' + i % 26);
    expected[i] = (i > 0 ? expected[i - 1] : std::string{}) + in[i];
  }
  auto const large = random_values<float>(200000, 3);
  for (auto const& how : executions()) {
    std::vector<std::string> out(n);
    cpu::inclusive_scan(how, n, in.data(), out.data(), std::plus<>{});
    CHECK((out == expected)); // not printed: it is long
    cpu::exclusive_scan(how, n, in.data(), out.data(), std::string("_"), std::plus<>{});
    CHECK((out[0] == "_" && out[1] == "_a" && out[n - 1] == "_" + expected[n - 2]));
    auto copy = in;
    cpu::inclusive_scan(how, n, copy.data(), copy.data(), std::plus<>{});
    CHECK((copy == expected)); // not printed: it is long
    auto const long_text = [](std::string const& a, std::string const& b) {
      return a.size() > 700 ? throw std::length_error("long") : a + b;
    };
    CHECK_THROWS_AS(cpu::inclusive_scan(how, n, in.data(), out.data(), long_text), std::length_error);
    std::vector<float> sums(large.size());
    auto const fails = [](float a, float b) { return a == b + 1e30f ? a : throw std::domain_error("no"); };
    CHECK_THROWS_AS(cpu::inclusive_scan(how, large.size(), large.data(), sums.data(), fails),
                    std::domain_error);
  }
}

TEMPLATE_TEST_CASE("scan: sums of free shape", "[scan]", std::uint32_t, std::int32_t, std::uint64_t,
                   std::int64_t, float, double) {
  auto all_sizes = sizes();
  all_sizes.push_back((std::size_t{33} << 20) / sizeof(TestType) + 17); // streamed
  for (auto n : all_sizes) {
    std::vector<TestType> in(n), inclusive(n), exclusive(n);
    for (std::size_t i = 0; i < n; ++i) // floats: sums are exact and small
      in[i] = std::is_floating_point_v<TestType> ? static_cast<TestType>(static_cast<int>(i * 7 % 5) - 2)
                                                 : static_cast<TestType>(i * 2654435761u);
    using word = cpu::detail::sum_word_t<TestType>;
    word sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      exclusive[i] = static_cast<TestType>(sum + word{3});
      sum = sum + static_cast<word>(in[i]);
      inclusive[i] = static_cast<TestType>(sum);
    }
    std::size_t wrong = 0;
    for (auto const& how : n > 1000000 ? std::vector<cpu::execution>{{}, {workers(3)}} : executions()) {
      std::vector<TestType> out(n), in_place = in;
      cpu::inclusive_scan<true>(how, n, in.data(), out.data(), adding{});
      wrong += out != inclusive;
      cpu::exclusive_scan<true>(how, n, in.data(), out.data(), TestType(3), adding{});
      wrong += out != exclusive;
      cpu::exclusive_scan<true>(how, n, in_place.data(), in_place.data(), TestType(3), adding{});
      wrong += in_place != exclusive;
    }
    CAPTURE(n);
    CHECK(wrong == 0);
  }
}
