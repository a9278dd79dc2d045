// Filters, counts, histograms and sorts that the CPU and a GPU do together.
#include "eager_device.hpp"
#include "gpu_support.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

using namespace tandem;
using namespace tandem_test;

namespace {

std::vector<std::size_t> const sizes{8192, 8193, 40000, 200003};

std::vector<float> random_floats(std::size_t n) {
  std::mt19937 random(5);
  std::vector<float> values(n);
  for (auto& value : values)
    value = static_cast<float>(static_cast<std::int32_t>(random())) / 1000.0f;
  return values;
}

} // namespace

TEST_CASE("on_both divides filters and counts", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const positive = [](auto x) { return x > 100.0f; };
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_floats(n);
    auto const expected = parallel_filter(on_cpu, in, positive);
    REQUIRE(bytes_of(parallel_filter(on_both.with(where), in, positive)) == bytes_of(expected));
    REQUIRE(where.last_decision().where() == backend::both);
    std::vector<float> out(n, -7.0f);
    REQUIRE(parallel_filter(on_both.with(where), in, out, positive) == expected.size());
    REQUIRE(where.last_decision().where() == backend::both);
    out.resize(expected.size());
    REQUIRE(bytes_of(out) == bytes_of(expected));
    REQUIRE(parallel_filter(on_both.with(where), in, out, positive) ==
            expected.size()); // not room for all: not divided
    REQUIRE(where.last_decision().why == reason::indivisible);
    REQUIRE(parallel_count(on_both.with(where), in, positive) == expected.size());
    REQUIRE(where.last_decision().where() == backend::both);
  }
}

TEST_CASE("on_both divides filters of arrays and into arrays", "[gpu][split][array]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const positive = [](auto x) { return x > 100.0f; };
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const host = random_floats(n);
    auto const expected = parallel_filter(on_cpu, host, positive);
    array<float> const in(host);
    auto const on_device = parallel_map(on_gpu.with(where), in, [](auto x) { return x; });
    for (auto const* from : {&in, &on_device}) {
      array<float> const kept = parallel_filter(on_both.with(where), *from, positive);
      REQUIRE(where.last_decision().where() == backend::both);
      REQUIRE(bytes_of(kept.to_vector()) == bytes_of(expected));
      array<float> out(n, -7.0f);
      REQUIRE(parallel_filter(on_both.with(where), *from, out, positive) == expected.size());
      REQUIRE(where.last_decision().where() == backend::both);
      auto found = out.to_vector();
      REQUIRE((found.size() == expected.size() || found[expected.size()] == -7.0f));
      found.resize(expected.size());
      REQUIRE(bytes_of(found) == bytes_of(expected));
    }
  }
}

TEST_CASE("on_both divides histograms", "[gpu][split]") {
  NEEDS_A_DEVICE();
  runtime where;
  auto const bin = [](auto x) { return cast<std::int32_t>(x / 10000.0f); }; // about half fall outside
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_floats(n);
    std::vector<std::uint32_t> a(100, 3), b(100, 3);
    REQUIRE(parallel_histogram(on_both.with(where), in, a, bin) == parallel_histogram(on_cpu, in, b, bin));
    REQUIRE(where.last_decision().where() == backend::both);
    REQUIRE(a == b);
  }
}

TEMPLATE_TEST_CASE("on_both divides sorts of numbers", "[gpu][split][sort]", float, std::uint32_t) {
  NEEDS_A_DEVICE();
  runtime where;
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const floats = random_floats(n);
    std::vector<TestType> in(n);
    for (std::size_t i = 0; i < n; ++i)
      in[i] = static_cast<TestType>(static_cast<std::int64_t>(floats[i]));
    if constexpr (std::is_same_v<TestType, float>) {
      auto const nan = std::numeric_limits<float>::quiet_NaN();
      for (std::size_t i = 0; i + 5 < n; i += 97)
        in[i] = nan, in[i + 1] = -nan, in[i + 2] = 0.0f, in[i + 3] = -0.0f,
        in[i + 4] = -std::numeric_limits<float>::infinity();
    }
    auto a = in, b = in;
    parallel_sort(on_both.with(where), a);
    REQUIRE(where.last_decision().where() == backend::both);
    parallel_sort(on_cpu, b);
    REQUIRE(bytes_of(a) == bytes_of(b));
    parallel_sort(on_both.with(where), a, greater{});
    REQUIRE(where.last_decision().where() == backend::both);
    parallel_sort(on_cpu, b, greater{});
    REQUIRE(bytes_of(a) == bytes_of(b));
  }
}

TEST_CASE("on_both divides sorts of arrays, wherever they are", "[gpu][split][sort][array]") {
  NEEDS_A_DEVICE();
  runtime where;
  for (auto const n : sizes) {
    CAPTURE(n);
    auto expected = random_floats(n);
    array<float> a(expected);
    array<std::uint32_t> values(n);
    parallel_generate(on_gpu.with(where), values, [](auto i) { return i; });
    parallel_map(on_gpu.with(where), a, a, [](auto x) { return x; }); // both are on the device only
    auto b = parallel_map(on_gpu.with(where), a, [](auto x) { return x; });
    parallel_sort(on_both.with(where), b);
    REQUIRE(where.last_decision().where() == backend::both);
    parallel_sort_by_key(on_both.with(where), a, values);
    REQUIRE(where.last_decision().where() == backend::both);
    auto const order = parallel_sort_permutation<std::uint32_t>(on_cpu, expected);
    parallel_sort(on_cpu, expected);
    REQUIRE(bytes_of(b.to_vector()) == bytes_of(expected));
    REQUIRE(bytes_of(a.to_vector()) == bytes_of(expected));
    REQUIRE(values.to_vector() == order);
    parallel_sort(on_gpu.with(where), b, greater{}); // usable on the device afterwards
    parallel_sort(on_cpu, expected, greater{});
    REQUIRE(bytes_of(b.to_vector()) == bytes_of(expected));
  }
}

namespace {

/// Few different keys, so that the order of equal ones shows.
template <class Key>
std::vector<Key> few_keys(std::size_t n) {
  auto const floats = random_floats(n);
  std::vector<Key> keys(n);
  for (std::size_t i = 0; i < n; ++i)
    keys[i] = static_cast<Key>(static_cast<std::int64_t>(floats[i]) % 500);
  return keys;
}

} // namespace

TEMPLATE_TEST_CASE("on_both divides sorts by key", "[gpu][split][sort]", float, std::int32_t) {
  NEEDS_A_DEVICE();
  runtime where;
  for (auto const n : sizes) {
    CAPTURE(n);
    auto a = few_keys<TestType>(n), b = a;
    std::vector<std::uint32_t> values(n);
    for (std::uint32_t i = 0; i < n; ++i)
      values[i] = i;
    auto others = values;
    parallel_sort_by_key(on_both.with(where), a, values);
    REQUIRE(where.last_decision().where() == backend::both);
    parallel_sort_by_key(on_cpu, b, others);
    REQUIRE(bytes_of(a) == bytes_of(b));
    REQUIRE(values == others);
    parallel_sort_by_key(on_both.with(where), a, values, greater{});
    parallel_sort_by_key(on_cpu, b, others, greater{});
    REQUIRE(bytes_of(a) == bytes_of(b));
    REQUIRE(values == others);
  }
}

TEMPLATE_TEST_CASE("on_both divides permutations", "[gpu][split][sort]", float, std::uint32_t) {
  NEEDS_A_DEVICE();
  runtime where;
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const keys = few_keys<TestType>(n);
    auto const places = parallel_sort_permutation(on_both.with(where), keys);
    REQUIRE(where.last_decision().where() == backend::both);
    REQUIRE(places == parallel_sort_permutation(on_cpu, keys));
    array<TestType> const copy(keys);
    REQUIRE(parallel_sort_permutation<std::uint64_t>(on_both.with(where), copy, greater{}) ==
            parallel_sort_permutation<std::uint64_t>(on_cpu, keys, greater{}));
    REQUIRE(where.last_decision().where() == backend::both);
  }
}
