#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <string>

#include <sys/mman.h>

namespace {

std::vector<std::size_t> const sizes{0,   1,   2,    7,    8,    63,   64,    65,    255,
                                     256, 257, 1000, 4095, 4096, 4097, 65537, 300007};

template <class T>
std::vector<T> random_values(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(n);
  for (auto& value : values)
    value = static_cast<T>(static_cast<std::int64_t>(random() % 2001) - 1000);
  return values;
}

} // namespace

TEST_CASE("on_cpu takes generic functions that no GPU could record", "[map]") {
  std::vector<int> const x{-3, 0, 4};
  auto const text = [](auto v) { return std::to_string(v); };
  auto const branch = [](auto v) {
    if (v > 0)
      return static_cast<float>(v);
    return -1.0f;
  };
  CHECK(tandem::parallel_map(tandem::on_cpu, x, text) == std::vector<std::string>{"-3", "0", "4"});
  CHECK(tandem::parallel_map(tandem::on_cpu, x, branch) == std::vector<float>{-1, -1, 4});
  std::vector<std::string> names(3);
  tandem::parallel_generate(tandem::on_cpu, names, text);
  CHECK(names == std::vector<std::string>{"0", "1", "2"});
  // Nor need one say on_cpu where no GPU could hold the result.
  CHECK(tandem::parallel_map(x, text) == std::vector<std::string>{"-3", "0", "4"});
  tandem::parallel_generate(names, [](auto i) { return std::string(static_cast<std::size_t>(i), 'x'); });
  CHECK(names == std::vector<std::string>{"", "x", "xx"});
}

TEMPLATE_TEST_CASE("parallel_map equals a loop, for every size, on any number of threads", "[map]",
                   std::int8_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t,
                   float, double) {
  for (unsigned const threads : {1u, 2u, 5u}) {
    tandem::runtime runtime{{.threads = threads}};
    for (auto const n : sizes) {
      auto const a = random_values<TestType>(n, 1);
      auto const b = random_values<TestType>(n, 2);
      std::vector<TestType> expected(n);
      for (std::size_t i = 0; i < n; ++i)
        expected[i] = static_cast<TestType>(a[i] * 3 + b[i]);
      auto const f = [](TestType x, TestType y) { return static_cast<TestType>(x * 3 + y); };
      std::vector<TestType> out(n);
      tandem::parallel_map(tandem::on_cpu.with(runtime), a, b, out, f);
      REQUIRE(out == expected);
      REQUIRE(tandem::parallel_map(tandem::on_cpu.with(runtime), a, b, f) == expected);
    }
  }
}

TEST_CASE("The plain loop takes over after a few calls and changes nothing", "[map]") {
  tandem::runtime alone{{.threads = 1}}; // with more, how long the calls take would decide
  auto const a = random_values<float>(777, 3);
  auto const f = [](auto x) { return x * 0.5f + 1.0f; };
  auto const first = tandem::parallel_map(tandem::automatic.with(alone), a, f);
  for (int i = 0; i < 100; ++i)
    REQUIRE(tandem::parallel_map(tandem::automatic.with(alone), a, f) == first);
  REQUIRE(alone.last_decision().where() == tandem::backend::serial);
}

TEST_CASE("parallel_map takes one to eight inputs of different types", "[map]") {
  std::size_t const n = 5000;
  auto const a = random_values<float>(n, 1);
  auto const b = random_values<double>(n, 2);
  auto const c = random_values<int>(n, 3);
  auto const out = tandem::parallel_map(a, b, c, a, b, c, a, b, [](auto... x) { return (0.0 + ... + x); });
  static_assert(std::is_same_v<decltype(out), std::vector<double> const>);
  for (std::size_t i = 0; i < n; ++i)
    REQUIRE(out[i] == 3.0 * static_cast<double>(a[i]) + 3 * b[i] + 2 * c[i]);
}

TEST_CASE("parallel_map takes spans, arrays, C arrays and tandem::array", "[map]") {
  float const c_array[] = {1, 2, 3, 4};
  std::array<float, 4> standard{};
  tandem::parallel_map(c_array, standard, [](auto x) { return x * x; });
  REQUIRE(standard == std::array<float, 4>{1, 4, 9, 16});
  std::vector<float> out(4);
  tandem::parallel_map(std::span<float const>{standard}, std::span<float>{out}, [](auto x) { return -x; });
  REQUIRE(out == std::vector<float>{-1, -4, -9, -16});
  tandem::array<float> const array{1, 2, 3};
  auto const doubled = tandem::parallel_map(array, [](auto x) { return x + x; });
  static_assert(std::is_same_v<decltype(doubled), tandem::array<float> const>);
  REQUIRE(doubled.to_vector() == std::vector<float>{2, 4, 6});
}

TEST_CASE("A range may start anywhere in memory, and the output may be an input", "[map]") {
  for (std::size_t offset = 0; offset < 17; ++offset)
    for (std::size_t const n : {0u, 1u, 15u, 64u, 1001u}) {
      auto values = random_values<float>(n + 17, 9);
      auto expected = values;
      for (std::size_t i = offset; i < offset + n; ++i)
        expected[i] = expected[i] * 2 - 1;
      std::span<float> const part{values.data() + offset, n};
      tandem::parallel_map(part, part, [](auto x) { return x * 2 - 1; });
      REQUIRE(values == expected);
    }
}

TEST_CASE("Booleans come back as a tandem::array", "[map]") {
  auto const a = random_values<int>(1000, 4);
  auto const positive = tandem::parallel_map(a, [](auto x) { return x > 0; });
  static_assert(std::is_same_v<decltype(positive), tandem::array<bool> const>);
  for (std::size_t i = 0; i < a.size(); ++i)
    REQUIRE(positive[i] == (a[i] > 0));
}

TEST_CASE("Any element type works on the CPU: strings, structs, results without a default constructor",
          "[map]") {
  struct labelled {
    explicit labelled(int v) : value(v), text(std::to_string(v)) {}
    int value;
    std::string text;
  };
  static_assert(!std::is_default_constructible_v<labelled>);
  auto const numbers = random_values<int>(3000, 5);
  auto const made = tandem::parallel_map(numbers, [](int x) { return labelled(x); });
  auto const texts = tandem::parallel_map(made, [](labelled const& one) { return one.text + "!"; });
  for (std::size_t i = 0; i < numbers.size(); ++i)
    REQUIRE(texts[i] == std::to_string(numbers[i]) + "!");
  std::vector<std::unique_ptr<int>> owned(numbers.size());
  tandem::parallel_map(numbers, owned, [](int x) { return std::make_unique<int>(x); });
  REQUIRE(*owned[2999] == numbers[2999]);
}

TEST_CASE("Sizes that disagree are named, and nothing is written", "[map][errors]") {
  std::vector<float> const a(10), b(12);
  std::vector<float> out(10, 7);
  auto const f = [](auto x, auto y) { return x + y; };
  CHECK_THROWS_AS(tandem::parallel_map(a, b, out, f), std::invalid_argument);
  CHECK_THROWS_WITH(tandem::parallel_map(a, b, out, f),
                    "parallel_map: input 2 has 12 elements but input 1 has 10");
  std::vector<float> shorter(9, 7);
  CHECK_THROWS_WITH(tandem::parallel_map(a, shorter, [](auto x) { return x; }),
                    "parallel_map: the output has 9 elements but input 1 has 10");
  REQUIRE(out == std::vector<float>(10, 7));
  REQUIRE(shorter == std::vector<float>(9, 7));
}

TEST_CASE("An overlap that would race is refused, and nothing is written", "[map][errors]") {
  std::vector<float> values(100);
  std::iota(values.begin(), values.end(), 0.0f);
  auto const before = values;
  std::span<float> const from{values.data(), 50};
  std::span<float> const to{values.data() + 1, 50};
  CHECK_THROWS_WITH(tandem::parallel_map(from, to, [](auto x) { return x; }),
                    Catch::Contains("the output") && Catch::Contains("input 1") &&
                        Catch::Contains("overlap") && Catch::Contains("50"));
  REQUIRE(values == before);
  std::span<float> const apart{values.data() + 50, 50};
  CHECK_NOTHROW(tandem::parallel_map(from, apart, [](auto x) { return x; }));
}

TEST_CASE("The first exception comes back, at any size", "[map][errors]") {
  for (std::size_t const n : {1u, 600u, 100000u}) {
    std::vector<int> const in(n, 1);
    auto const fail_at_end = [&](int const& x) {
      if (&x == &in.back())
        throw std::runtime_error("at the end");
      return x;
    };
    REQUIRE_THROWS_WITH(tandem::parallel_map(in, fail_at_end), "at the end");
  }
}

TEST_CASE("parallel_generate gives every index once", "[generate]") {
  for (auto const n : sizes) {
    std::vector<std::uint32_t> out(n, 1);
    tandem::parallel_generate(out, [](auto i) { return i * 3u + 1u; });
    for (std::size_t i = 0; i < n; ++i)
      REQUIRE(out[i] == i * 3 + 1);
  }
}

TEST_CASE("parallel_for_each and parallel_for reach every element once", "[for_each]") {
  for (auto const n : sizes) {
    std::vector<int> values(n, 5);
    tandem::parallel_for_each(values, [](int& x) { ++x; });
    REQUIRE(values == std::vector<int>(n, 6));
    std::vector<std::atomic<int>> counts(n);
    tandem::parallel_for(n, [&](std::size_t i) { counts[i].fetch_add(1); });
    for (auto const& count : counts)
      REQUIRE(count.load() == 1);
  }
}

TEST_CASE("explain() tells of the last call in words", "[explain]") {
  std::vector<float> const a(200000, 1);
  static_cast<void>(tandem::parallel_map(a, [](auto x) { return x + 1; }));
  CHECK_THAT(tandem::explain(),
             Catch::Contains("map of 200,000 elements") && Catch::Contains("CPU, one thread"));
  tandem::runtime other;
  CHECK_THROWS_AS(other.last_decision(), std::logic_error);
}

TEST_CASE("A sink receives one line for every decision", "[explain]") {
  std::vector<std::string> lines;
  tandem::runtime runtime{
      {.explain = [](void* to,
                     char const* line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); },
       .explain_context = &lines}};
  std::vector<float> const a(100, 1);
  for (int i = 0; i < 5; ++i)
    static_cast<void>(tandem::parallel_map(tandem::automatic.with(runtime), a, [](auto x) { return x + 1; }));
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[4], Catch::Contains("map of 100 elements") && Catch::Contains("because"));
}

namespace {

int twice(int x) {
  return 2 * x;
}
float as_float(std::uint32_t i) {
  return static_cast<float>(i);
}

/// Addresses without memory behind them: enough for a call that must refuse before it writes.
struct reserved_bytes {
  explicit reserved_bytes(std::size_t n)
      : size(n), at(::mmap(nullptr, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {}
  ~reserved_bytes() { ::munmap(at, size); }
  std::size_t size;
  void* at;
};

} // namespace

TEST_CASE("plain functions are functions too", "[map]") {
  std::vector<int> const in{1, 2, 3};
  std::vector<int> out(3);
  tandem::parallel_map(tandem::on_cpu, in, out, twice);
  CHECK(out == std::vector{2, 4, 6});
  CHECK(tandem::parallel_map(in, &twice) == out);
  std::vector<float> indices(3);
  tandem::parallel_generate(indices, as_float);
  CHECK(indices == std::vector{0.0f, 1.0f, 2.0f});
}

TEST_CASE("indices that the function's parameter cannot hold are refused", "[map]") {
  reserved_bytes const memory((std::size_t{1} << 32) + 1);
  REQUIRE(memory.at != MAP_FAILED);
  std::span const out(static_cast<std::uint8_t*>(memory.at), memory.size);
  CHECK_THROWS_WITH(tandem::parallel_generate(tandem::on_cpu, out, [](std::uint32_t) { return 1; }),
                    Catch::Contains("4294967297 elements") && Catch::Contains("std::uint64_t"));
}
