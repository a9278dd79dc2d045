// What a recording is, without any device: types, shapes, analysis, text, cost, misuse.
#include <tandem/gpu/error.hpp>
#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include "recording_interpreter.hpp"
#include "support/replaced_new.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstring>
#include <string>

namespace gpu = tandem::gpu;
using gpu::value;

namespace {
std::atomic<long> allocations{0};
}

void tandem_test::before_allocation() {
  ++allocations;
}

namespace {

std::size_t occurrences(std::string const& text, std::string const& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

std::string shape_of(gpu::recording const& recorded) {
  return {reinterpret_cast<char const*>(recorded.nodes().data()),
          recorded.nodes().size() * sizeof(gpu::node)};
}

template <class A, class B>
constexpr bool arithmetic_agrees =
    std::is_same_v<decltype(std::declval<value<A>>() + std::declval<value<B>>()),
                   value<gpu::canonical_t<decltype(A{} + B{})>>>&&
        std::is_same_v<decltype(std::declval<value<A>>() * B{}),
                       value<gpu::canonical_t<decltype(A{} * B{})>>>&&
            std::is_same_v<decltype(B{} - std::declval<value<A>>()),
                           value<gpu::canonical_t<decltype(B{} - A{})>>>;

template <class A>
constexpr bool agrees_with_all = arithmetic_agrees<A, bool>&& arithmetic_agrees<A, std::int32_t>&&
    arithmetic_agrees<A, std::uint32_t>&& arithmetic_agrees<A, std::int64_t>&&
        arithmetic_agrees<A, std::uint64_t>&& arithmetic_agrees<A, float>&& arithmetic_agrees<A, double>;

static_assert(agrees_with_all<bool> && agrees_with_all<std::int32_t> && agrees_with_all<std::uint32_t> &&
              agrees_with_all<std::int64_t> && agrees_with_all<std::uint64_t> && agrees_with_all<float> &&
              agrees_with_all<double>);
static_assert(std::is_same_v<decltype(std::declval<value<float>>() * 'c'), value<float>>);
static_assert(std::is_same_v<decltype(std::declval<value<std::int32_t>>() << 1ull), value<std::int32_t>>);
static_assert(std::is_same_v<decltype(-std::declval<value<bool>>()), value<std::int32_t>>);
static_assert(std::is_same_v<decltype(std::declval<value<std::int64_t>>() + 1ll), value<std::int64_t>>);
static_assert(std::is_same_v<decltype(std::declval<value<float>>() < 1), value<bool>>);

constexpr auto generic = [](auto x) { return x; };
constexpr auto concrete = [](float x) { return x; };
static_assert(gpu::Traceable<decltype(generic), float> && !gpu::Traceable<decltype(concrete), float>);

} // namespace

TEST_CASE("the shape of a recording does not depend on what was captured") {
  auto const record = [](float a, int b) {
    return shape_of(gpu::trace<float(float)>([=](auto x) { return x * a + b; }));
  };
  CHECK(record(1.0f, 2) == record(3.5f, -7));
  CHECK(record(1.0f, 2) != shape_of(gpu::trace<float(float)>([](auto x) { return x * 2.0f - 1; })));
  CHECK(record(1.0f, 2) != shape_of(gpu::trace<double(float)>([](auto x) { return x * 2.0f + 1; })));
}

TEST_CASE("a recording holds the numbers of this call") {
  float captured = 1.5f;
  auto const f = [&](auto x) { return x * captured; };
  for (float now : {1.5f, -2.0f}) {
    captured = now;
    gpu::recording const& recorded = gpu::trace<float(float)>(f);
    REQUIRE(recorded.parameters().size() == 1);
    CHECK(std::bit_cast<float>(static_cast<std::uint32_t>(recorded.parameters()[0])) == now);
  }
}

TEST_CASE("a warm trace allocates nothing") {
  auto const f = [k = 2.0f](auto x, auto y) {
    auto const [a, b] = gpu::repeat(5, std::tuple{x, y}, [&](auto i, auto s) {
      auto [p, q] = s;
      return std::tuple{q, p * k + i};
    });
    return select(a < b, a / b, abs(a - b));
  };
  static gpu::kernel_site site;
  for (int i = 0; i < 3; ++i)
    site.note(gpu::trace<float(float, float)>(f));
  long const before = allocations;
  for (int i = 0; i < 100; ++i)
    site.note(gpu::trace<float(float, float)>(f));
  CHECK(allocations == before);
  CHECK(site.shapes() == 1);
}

TEST_CASE("common subexpressions are computed once and dead ones not at all") {
  std::string const text = gpu::glsl_of(gpu::trace<float(float, float)>([](auto x, auto y) {
    auto const unused = sqrt(x);
    (void)unused;
    return (x * y) + (x * y) * (x * y);
  }));
  INFO(text);
  CHECK(occurrences(text, "(x0 * x1)") == 1);
  CHECK(occurrences(text, "sqrt") == 0);
  CHECK(occurrences(text, "precise float") == 3);
}

TEST_CASE("constants are folded where that is exact") {
  std::string const text = gpu::glsl_of(gpu::trace<std::int32_t(std::int32_t)>([](auto x) {
    return x + (gpu::constant(6) * gpu::constant(7) - gpu::constant(2)) / gpu::constant(1);
  }));
  INFO(text);
  CHECK(occurrences(text, "int(40u)") == 1);
  CHECK(occurrences(text, " * ") == 0);
}

TEST_CASE("values out of place are errors in words") {
  CHECK_THROWS_WITH(value<float>(1.0f), Catch::Contains("outside of the traced lambda"));
  static gpu::kernel_site site;
  CHECK_THROWS_WITH(site.note(gpu::trace<float(float)>([](auto x) {
    auto leaked = x;
    auto const result = gpu::repeat(3, x, [&](auto, auto s) {
      leaked = s * s;
      return s + 1.0f;
    });
    return leaked + result;
  })),
                    Catch::Contains("after the loop") && Catch::Contains("state"));
  CHECK_THROWS_WITH(gpu::trace<float(float)>([](auto x) {
                      gpu::trace<float(float)>([](auto y) { return y; });
                      return x;
                    }),
                    Catch::Contains("must not start another"));
  CHECK_NOTHROW(gpu::trace<float(float)>([](auto x) { return x; }));
}

TEST_CASE("an exception of the lambda ends the trace and nothing else") {
  CHECK_THROWS_AS(gpu::trace<float(float)>([](auto x) {
                    if (sizeof x != 0)
                      throw 42;
                    return x;
                  }),
                  int);
  CHECK(gpu::trace<float(float)>([](auto x) { return x + x; }).nodes().size() == 4);
}

TEST_CASE("cost counts weighted operations and loops") {
  static gpu::kernel_site site;
  CHECK_FALSE(site.cost().known);
  int trips = 10;
  auto const f = [&](auto x) { return gpu::repeat(trips, x, [](auto, auto s) { return s * s + 1.0f; }); };
  float const ten = site.note(gpu::trace<float(float)>(f)).operations;
  CHECK(site.cost().known);
  CHECK(site.cost().loop_iterations == 10.0f);
  trips = 1000;
  float const thousand = site.note(gpu::trace<float(float)>(f)).operations;
  CHECK(thousand == Approx(100 * ten));
  CHECK(site.shapes() == 1);
  static gpu::kernel_site cheap;
  CHECK(cheap.note(gpu::trace<float(float)>([](auto x) { return x + 1.0f; })).operations == 1.0f);
  static gpu::kernel_site dear;
  CHECK(dear.note(gpu::trace<float(float)>([](auto x) { return 1.0f / sqrt(x); })).operations > 10.0f);
}

TEST_CASE("recordings mean what the lambda means in plain C++") {
  auto const f = [](auto x, auto y) {
    auto const [a, b] = [&] {
      if constexpr (gpu::Value<decltype(x)>)
        return gpu::repeat(7, std::tuple{x, y}, [](auto i, auto s) {
          auto [p, q] = s;
          return std::tuple{q + i, p * 3 - q};
        });
      else {
        std::int32_t p = x, q = y;
        for (std::int32_t i = 0; i < 7; ++i) {
          std::int32_t const next = q + i;
          q = p * 3 - q;
          p = next;
        }
        return std::tuple{p, q};
      }
    }();
    return (a ^ b) + ((a << 3) | (b >> 2)) - a % 7;
  };
  gpu::recording const& recorded = gpu::trace<std::int32_t(std::int32_t, std::int32_t)>(f);
  for (std::int32_t x = -20; x < 20; ++x)
    for (std::int32_t y = -20; y < 20; ++y) {
      std::uint64_t const bits =
          tandem_test::interpret(recorded, {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)});
      CHECK(static_cast<std::int32_t>(bits) == f(x, y));
    }
}

TEST_CASE("iterate_while stops at its condition or its limit") {
  for (std::uint32_t limit : {0u, 1u, 5u, 100u}) {
    gpu::recording const& recorded = gpu::trace<std::uint32_t(std::uint32_t)>([&](auto x) {
      return gpu::iterate_while(
          x, [](auto s) { return s < 1000u; }, [](auto s) { return s * 2u + 1u; }, limit);
    });
    for (std::uint32_t x : {0u, 1u, 77u, 999u, 1000u, 5000u}) {
      std::uint32_t wanted = x;
      for (std::uint32_t i = 0; i < limit && wanted < 1000u; ++i)
        wanted = wanted * 2u + 1u;
      CHECK(tandem_test::interpret(recorded, {x}) == wanted);
    }
  }
}
