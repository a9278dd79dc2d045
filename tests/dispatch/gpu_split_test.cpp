// Calls that the CPU and a GPU do together: the same bits as either alone, whatever the share.
#include "eager_device.hpp"
#include "gpu_support.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <random>
#include <stdexcept>

using namespace tandem;
using namespace tandem_test;

namespace {

std::vector<std::size_t> const sizes{8192, 8193, 12288, 20000, 65537, 200003};

std::vector<float> random_floats(std::size_t n, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> any(-1000, 1000);
  std::vector<float> values(n);
  for (auto& value : values)
    value = any(random);
  return values;
}

/// Throws on the CPU; a device computes.
struct throws_on_negative {
  auto operator()(auto x) const {
    if constexpr (std::is_same_v<decltype(x), float>)
      if (x < 0)
        throw std::domain_error("negative");
    return x * 2.0f;
  }
};

} // namespace

TEST_CASE("on_both splits a map and gives the bits of either side alone", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const f = [](auto x, auto y) { return x * y + sqrt(abs(x)) / (y + 3.0f); };
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const a = random_floats(n), b = random_floats(n, 2);
    auto const together = parallel_map(on_both.with(where), a, b, f);
    auto const made = where.last_decision();
    REQUIRE(made.where() == backend::both);
    REQUIRE(made.chosen.device_elements >= 4096);
    REQUIRE(made.chosen.device_elements < n);
    REQUIRE(made.chosen.device_elements % 4096 == 0);
    REQUIRE(bytes_of(together) == bytes_of(parallel_map(on_cpu, a, b, f)));
    auto in_place = a;
    parallel_map(on_both.with(where), in_place, b, in_place, f);
    REQUIRE(bytes_of(in_place) == bytes_of(together));
  }
  CHECK_THAT(where.explain(),
             Catch::Contains("CPU and ") && Catch::Contains("split: the device takes the first"));
}

TEST_CASE("on_both splits generators and reads of captured ranges", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const table = random_floats(300);
  auto const f = [t = view(table)](auto i) { return t[i % 300u] * 2.0f; };
  for (auto const n : sizes) {
    CAPTURE(n);
    std::vector<float> a(n), b(n);
    parallel_generate(on_both.with(where), a, f);
    REQUIRE(where.last_decision().where() == backend::both);
    parallel_generate(on_cpu, b, f);
    REQUIRE(bytes_of(a) == bytes_of(b));
  }
}

TEST_CASE("on_both splits reductions along the blocks of their tree", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const square = [](auto x) { return x * x + 1.0f; };
  auto const scaled_sum = [](auto x, auto y) {
    return (x + y) * 0.999f;
  }; // no lambda is known to commute: the ordered tree
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const a = random_floats(n);
    REQUIRE(bytes_of(parallel_reduce(on_both.with(where), a, 7.0f, plus{})) ==
            bytes_of(parallel_reduce(on_cpu, a, 7.0f, plus{})));
    REQUIRE(where.last_decision().where() == backend::both);
    REQUIRE(bytes_of(parallel_map_reduce(on_both.with(where), a, 0.5f, plus{}, square)) ==
            bytes_of(parallel_map_reduce(on_cpu, a, 0.5f, plus{}, square)));
    REQUIRE(bytes_of(parallel_reduce(on_both.with(where), a, 1.0f, scaled_sum)) ==
            bytes_of(parallel_reduce(on_cpu, a, 1.0f, scaled_sum)));
    REQUIRE(where.last_decision().where() == backend::both);
  }
}

TEST_CASE("on_both brings arrays to both sides", "[gpu][split][array]") {
  NEEDS_A_DEVICE();
  runtime where;
  std::size_t const n = 20000;
  auto const host = random_floats(n);
  array<float> const a(host);
  auto const b = parallel_map(on_gpu.with(where), a, [](auto x) { return x + 1.0f; }); // on the device only
  auto c = parallel_map(on_both.with(where), b, [](auto x) { return x * 2.0f; });
  REQUIRE(where.last_decision().where() == backend::both);
  parallel_map(on_both.with(where), c, c, [](auto x) { return x - 1.0f; });
  auto const d = parallel_map(on_gpu.with(where), c, [](auto x) { return x; });
  parallel_map(on_both.with(where), c, c, [](auto x) { return x + 5.0f; });
  std::vector<float> expected(n), later(n);
  for (std::size_t i = 0; i < n; ++i) {
    expected[i] = (host[i] + 1.0f) * 2.0f - 1.0f;
    later[i] = expected[i] + 5.0f;
  }
  REQUIRE(d.to_vector() == expected);
  REQUIRE(c.to_vector() == later);
}

TEST_CASE("on_both runs elsewhere what it cannot split, and says why", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const few = random_floats(100);
  auto const f = [](auto x) { return x + 1.0f; };
  REQUIRE(parallel_map(on_both.with(where), few, f) == parallel_map(on_cpu, few, f));
  REQUIRE(where.last_decision().why == reason::indivisible);
  auto const many = random_floats(100000);
  REQUIRE(parallel_map(on_both.with(where), many, [](float x) { return x + 1.0f; }) ==
          parallel_map(on_cpu, many, f));
  REQUIRE(where.last_decision().where() != backend::both);
  REQUIRE(where.last_decision().where() != backend::gpu);
}

TEST_CASE("on_both without a device is served by the CPU, with the reason", "[gpu][split]") {
  runtime where{{.device = "cpu"}};
  auto const a = random_floats(100000);
  auto const f = [](auto x) { return x + 1.0f; };
  REQUIRE(parallel_map(on_both.with(where), a, f) == parallel_map(on_cpu, a, f));
  REQUIRE(where.last_decision().why == reason::no_device);
  CHECK_THAT(where.explain(), Catch::Contains("there is no GPU"));
}

TEST_CASE("An exception in the CPU's part of a split call comes back after the device has finished",
          "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  std::vector<float> a(50000, 1.0f);
  a.back() = -1.0f;
  std::vector<float> out(a.size());
  for (int i = 0; i < 5; ++i)
    REQUIRE_THROWS_AS(parallel_map(on_both.with(where), a, out, throws_on_negative{}), std::domain_error);
  a.back() = 1.0f;
  parallel_map(on_both.with(where), a, out, throws_on_negative{});
  REQUIRE(out == std::vector<float>(a.size(), 2.0f));
}

TEST_CASE("Several threads split calls at once", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const a = random_floats(30000);
  auto const f = [](auto x) { return x * 3.0f - 1.0f; };
  auto const expected = parallel_map(on_cpu, a, f);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        wrong += parallel_map(on_both.with(where), a, f) != expected;
    });
  for (auto& thread : threads)
    thread.join();
  REQUIRE(wrong == 0);
}
