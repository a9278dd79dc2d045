#include "support.hpp"

#include <tandem/cpu/reduce.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

namespace cpu = tandem::cpu;
using namespace tandem::test;

namespace {

// The shape of docs/architecture.md, as plainly as it can be said.
template <class T, class Op>
T join(std::vector<T> v, bool commutative, Op op) {
  std::size_t p = 1;
  while (p < v.size())
    p *= 2;
  auto const step = [&](std::size_t s, std::size_t stride, std::size_t end) {
    for (std::size_t l = 0; l < end; l += stride)
      if (l + s < v.size())
        v[l] = static_cast<T>(op(v[l], v[l + s]));
  };
  if (commutative)
    for (auto s = p / 2; s >= 1; s /= 2) {
      step(s, 1, s);
      v.resize(std::min(v.size(), s));
    }
  else
    for (std::size_t s = 1; s < p; s *= 2)
      step(s, 2 * s, v.size());
  return v[0];
}

template <class T, class Op>
T plain_reduce(std::vector<T> const& in, bool commutative, Op op) {
  std::vector<T> blocks;
  for (std::size_t b = 0; b < in.size(); b += 4096) {
    auto const count = std::min<std::size_t>(4096, in.size() - b);
    std::vector<T> lanes;
    std::vector<bool> started(256, false);
    for (std::size_t i = 0; i < count; ++i) {
      auto const lane = commutative ? i % 256 : i / 16;
      if (lane >= lanes.size())
        lanes.push_back(in[b + i]);
      else
        lanes[lane] = static_cast<T>(op(lanes[lane], in[b + i]));
    }
    blocks.push_back(join(lanes, commutative, op));
  }
  return join(blocks, commutative, op);
}

std::vector<std::size_t> tree_sizes() {
  auto result = sizes();
  for (auto blocks : {2u, 3u, 5u, 64u, 65u, 127u})
    for (auto more : {0u, 1u, 17u, 255u, 4095u})
      result.push_back(blocks * 4096u + more);
  return result;
}

} // namespace

TEMPLATE_TEST_CASE("reduce: both shapes, bit by bit, for every thread count and instruction set", "[reduce]",
                   float, double, std::int32_t, std::uint64_t, std::uint8_t) {
  auto const add = [](TestType a, TestType b) {
    if constexpr (std::is_integral_v<TestType>)
      return static_cast<TestType>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
    else
      return a + b;
  };
  auto const grid = all_executions();
  for (auto n : tree_sizes()) {
    if (n == 0)
      continue;
    auto const in = random_values<TestType>(n, 5);
    TestType const init = static_cast<TestType>(3);
    TestType const lanes = add(init, plain_reduce(in, true, add)),
                   order = add(init, plain_reduce(in, false, add));
    bool same = true;
    for (auto const& how : grid) {
      same = same && same_bits(lanes, cpu::reduce<true>(how, n, init, add, in.data()));
      same = same && same_bits(order, cpu::reduce<false>(how, n, init, add, in.data()));
    }
    CAPTURE(n);
    CHECK(same);
  }
}

TEST_CASE("reduce: an operation that is not even associative shows every step of the tree", "[reduce]") {
  auto const mix = [](std::uint32_t a, std::uint32_t b) { return a * 2654435761u + (b ^ (b >> 7)) + 12345u; };
  for (auto n : tree_sizes()) {
    if (n == 0)
      continue;
    auto const in = random_values<std::uint32_t>(n, 6);
    auto const lanes = mix(9u, plain_reduce(in, true, mix)), order = mix(9u, plain_reduce(in, false, mix));
    CAPTURE(n);
    for (auto const& how : executions()) {
      CHECK(lanes == cpu::reduce<true>(how, n, 9u, mix, in.data()));
      CHECK(order == cpu::reduce<false>(how, n, 9u, mix, in.data()));
    }
  }
}

TEST_CASE("map_reduce: the same shape over f, with one and three inputs", "[map_reduce]") {
  auto const add = [](float a, float b) { return a + b; };
  for (auto n : {1u, 1000u, 4097u, 40000u, 300001u}) {
    auto const a = random_values<float>(n, 7);
    auto const b = random_values<std::int32_t>(n, 8);
    auto const f = [](float x, std::int32_t y, float z) { return x * static_cast<float>(y) - z; };
    std::vector<float> squares(n), mixed(n);
    for (std::size_t i = 0; i < n; ++i) {
      squares[i] = a[i] * a[i];
      mixed[i] = f(a[i], b[i], a[i]);
    }
    for (auto const& how : executions()) {
      auto const square = [](float x) { return x * x; };
      CHECK(same_bits(plain_reduce(squares, true, add) + 0.0f,
                      cpu::map_reduce<true>(
                          how, n, 0.0f, [](float x, float y) { return y + x; }, square, a.data())));
      CHECK(same_bits(0.0f + plain_reduce(mixed, false, add),
                      cpu::map_reduce<false>(how, n, 0.0f, add, f, a.data(), b.data(), a.data())));
    }
  }
}

TEST_CASE("reduce: wider accumulators, zero elements, minus zero", "[reduce]") {
  std::vector<std::uint8_t> const bytes(100000, 200);
  std::vector<float> const zeros(5000, -0.0f);
  for (auto const& how : executions()) {
    CHECK(cpu::reduce<true>(how, bytes.size(), std::uint64_t{5}, std::plus<>{}, bytes.data()) == 20000005u);
    CHECK(cpu::reduce<false>(how, bytes.size(), 0.5, std::plus<>{}, bytes.data()) == 20000000.5);
    CHECK(cpu::reduce<true>(how, 0, 7, std::plus<>{}, bytes.data()) == 7);
    CHECK(std::signbit(cpu::reduce<true>(how, zeros.size(), -0.0f, std::plus<>{}, zeros.data())));
    CHECK(std::signbit(cpu::reduce<false>(how, zeros.size(), -0.0f, std::plus<>{}, zeros.data())));
  }
}

TEST_CASE("reduce: order is kept for strings and matrices", "[reduce]") {
  struct matrix {
    std::uint32_t a, b, c, d;
    bool operator==(matrix const&) const = default;
  };
  auto const times = [](matrix const& x, matrix const& y) {
    return matrix{x.a * y.a + x.b * y.c, x.a * y.b + x.b * y.d, x.c * y.a + x.d * y.c, x.c * y.b + x.d * y.d};
  };
  for (auto n : {1u, 2u, 15u, 16u, 17u, 1000u, 20011u}) {
    std::vector<std::string> text(n);
    std::vector<matrix> matrices(n);
    std::string all = "<";
    matrix product{1, 0, 0, 1};
    for (std::uint32_t i = 0; i < n; ++i) {
      text[i] = std::to_string(i) + (i % 7 == 0 ? " and a longer piece of text;" : ";");
      all += text[i];
      matrices[i] = {i, i + 1, 3, i * i};
      product = times(product, matrices[i]);
    }
    for (auto const& how : executions()) {
      CHECK(cpu::reduce<false>(how, n, std::string("<"), std::plus<>{}, text.data()) == all);
      CHECK(cpu::reduce<true>(how, n, matrix{1, 0, 0, 1}, times, matrices.data()) == product);
      auto const length = cpu::map_reduce<true>(
          how, n, std::size_t{1}, std::plus<>{}, [](std::string const& s) { return s.size(); }, text.data());
      CHECK(length == all.size());
      auto const joined = cpu::map_reduce<false>(
          how, n, std::string("<"), std::plus<>{}, [](std::string const& s) { return s; }, text.data());
      CHECK(joined == all);
    }
  }
}

TEST_CASE("reduce: move-only elements, exceptions, nothing leaks", "[reduce]") {
  std::size_t const n = 7001;
  std::vector<std::unique_ptr<int>> owners(n);
  for (std::size_t i = 0; i < n; ++i)
    owners[i] = std::make_unique<int>(static_cast<int>(i));
  auto const larger = [](std::unique_ptr<int> const& a, std::unique_ptr<int> const& b) {
    return std::make_unique<int>(std::max(*a, *b));
  };
  auto const fails = [](std::string const& a, std::string const& b) {
    return a.size() + b.size() > 3000 ? throw std::length_error("long") : a + b;
  };
  std::vector<std::string> const text(n, "abcdefghijklmnopqrstuvwxyz");
  for (auto const& how : executions()) {
    CHECK(*cpu::reduce<false>(how, n, std::make_unique<int>(-1), larger, owners.data()) == 7000);
    CHECK(*cpu::reduce<false>(how, 1, std::make_unique<int>(-1), larger, owners.data()) == 0);
    CHECK_THROWS_AS(cpu::reduce<false>(how, n, std::string{}, fails, text.data()), std::length_error);
  }
}
