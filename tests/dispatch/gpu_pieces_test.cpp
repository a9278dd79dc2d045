// Histograms, extrema, moves, partitions, top k, reductions by key through the public calls on a GPU: the
// same results as on the CPU.
#include "gpu_support.hpp"

#include <algorithm>
#include <numeric>
#include <span>

using namespace tandem;
using namespace gpu_dispatch;

namespace {

constexpr std::size_t sizes[] = {0, 1, 5, 255, 257, 4097, 70001};

struct pair_of_words {
  float a;
  std::uint32_t b;
  bool operator==(pair_of_words const&) const = default;
};

} // namespace

TEMPLATE_TEST_CASE("on_gpu gives the results of on_cpu: predicates, unique, extrema", "[gpu][select]", float,
                   std::int32_t, std::uint64_t) {
  NEEDS_A_DEVICE();
  if (auto const why = why_not<TestType>(); !why.empty())
    TANDEM_SKIP(why);
  auto const limit = TestType(50);
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_values<TestType>(n);
    auto const large = [limit](auto x) { return x > limit; };
    auto const impossible = [](auto x) { return x != x; };
    REQUIRE(parallel_any_of(on_gpu, in, large) == parallel_any_of(on_cpu, in, large));
    REQUIRE_FALSE(parallel_any_of(on_gpu, in, impossible));
    REQUIRE(parallel_all_of(on_gpu, in, large) == parallel_all_of(on_cpu, in, large));
    REQUIRE(parallel_all_of(on_gpu, in, [](auto x) { return x == x; }));
    REQUIRE(parallel_none_of(on_gpu, in, impossible));
    auto a = in, b = in;
    REQUIRE(parallel_partition(on_gpu, a, large) == parallel_partition(on_cpu, b, large));
    REQUIRE(same_bits(a, b));
    auto const kept =
        parallel_unique(on_cpu, b, [](auto x, auto y) { return x / TestType(10) == y / TestType(10); });
    REQUIRE(parallel_unique(on_gpu, a, [](auto x, auto y) { return x / TestType(10) == y / TestType(10); }) ==
            kept);
    REQUIRE(std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(kept), b.begin()));
    auto const odd = random_bits<TestType>(n);
    REQUIRE(parallel_min_element(on_gpu, odd) == parallel_min_element(on_cpu, odd));
    REQUIRE(parallel_max_element(on_gpu, in) == parallel_max_element(on_cpu, in));
    REQUIRE(parallel_minmax_element(on_gpu, odd) == parallel_minmax_element(on_cpu, odd));
    if constexpr (std::is_integral_v<TestType>)
      REQUIRE(parallel_minmax_element(on_gpu, in, greater{}) ==
              parallel_minmax_element(on_cpu, in, greater{}));
    for (std::size_t const k : {std::size_t{0}, std::size_t{1}, n / 7, n, n + 5})
      REQUIRE(same_bits(parallel_top_k(on_gpu, odd, k), parallel_top_k(on_cpu, odd, k)));
  }
}

TEST_CASE("on_gpu gives the results of on_cpu: histograms", "[gpu][histogram]") {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_values<float>(n);
    auto const bin = [](auto x) { return tandem::cast<std::int32_t>(x) + 100; };
    std::vector<int> a(150, 3), b(150, 3);
    REQUIRE(parallel_histogram(on_gpu, in, a, bin) == parallel_histogram(on_cpu, in, b, bin));
    REQUIRE(a == b);
    array<std::uint64_t> counts(2);
    REQUIRE(parallel_histogram(on_gpu, array<float>(in), counts, [](auto x) { return x < 0.0f; }) == 0);
    REQUIRE(counts[1] == parallel_count(on_cpu, in, [](float x) { return x < 0; }));
  }
}

TEMPLATE_TEST_CASE("on_gpu gives the results of on_cpu: gather and scatter", "[gpu][gather]", float, double,
                   pair_of_words) {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    CAPTURE(n);
    std::vector<std::int64_t> index(n);
    std::iota(index.begin(), index.end(), 0);
    std::shuffle(index.begin(), index.end(), std::mt19937(3));
    std::vector<TestType> in(n), a(n), b(n);
    for (std::size_t i = 0; i < n; ++i)
      if constexpr (std::is_same_v<TestType, pair_of_words>)
        in[i] = {static_cast<float>(i), static_cast<std::uint32_t>(i * i)};
      else
        in[i] = static_cast<TestType>(i);
    parallel_gather(on_gpu, in, index, a);
    parallel_gather(on_cpu, in, index, b);
    REQUIRE(a == b);
    array<TestType> scattered(n);
    parallel_scatter(on_gpu, a, index, scattered);
    REQUIRE(scattered.to_vector() == in);
  }
}

TEST_CASE("a bad index is named with its position, and nothing is written, on a GPU too", "[gpu][gather]") {
  NEEDS_A_DEVICE();
  std::vector<float> const in(1000, 1);
  std::vector<float> out(5000, -1);
  std::vector<std::int32_t> index(5000, 3);
  index[4711] = -2;
  auto const names_it = Catch::Contains("index[4711] is -2 but there are 1000 elements");
  CHECK_THROWS_WITH(parallel_gather(on_gpu, in, index, out), names_it);
  CHECK_THROWS_WITH(parallel_gather(on_cpu, in, index, out), names_it);
  std::vector<float> const many(5000, 1);
  std::vector<float> few(1000, -1);
  CHECK_THROWS_WITH(parallel_scatter(on_gpu, many, index, few), names_it);
  CHECK_THROWS_AS(parallel_scatter(on_gpu, many, index, few), std::invalid_argument);
  CHECK(std::all_of(out.begin(), out.end(), [](float x) { return x == -1; }));
  CHECK(std::all_of(few.begin(), few.end(), [](float x) { return x == -1; }));
}

TEMPLATE_TEST_CASE("on_gpu gives the bits of on_cpu: reductions by key", "[gpu][by_key]", float,
                   std::int32_t) {
  NEEDS_A_DEVICE();
  for (auto const n : sizes)
    for (std::uint32_t const run : {1u, 6u, 5000u}) {
      CAPTURE(n, run);
      std::vector<std::uint32_t> keys(n);
      for (std::size_t i = 0; i < n; ++i)
        keys[i] = static_cast<std::uint32_t>(i * i / 3) / run;
      auto const values = random_values<TestType>(n);
      auto const a = parallel_reduce_by_key(on_gpu, keys, values, plus{});
      auto const b = parallel_reduce_by_key(on_cpu, keys, values, plus{});
      REQUIRE(a.first == b.first);
      REQUIRE(same_bits(a.second, b.second));
      array<std::uint32_t> keys_out(n);
      array<TestType> totals(n);
      auto const runs =
          parallel_reduce_by_key(on_gpu, array<std::uint32_t>(keys), values, keys_out, totals, plus{});
      REQUIRE(runs == b.first.size());
      REQUIRE((n == 0 || (keys_out.resident() && totals.resident())));
      REQUIRE(std::equal(b.second.begin(), b.second.end(), std::as_const(totals).begin()));
    }
}

TEST_CASE("outputs that are too small are refused before anything is written, on a GPU too",
          "[gpu][by_key][filter]") {
  NEEDS_A_DEVICE();
  std::vector<std::int32_t> const keys{1, 1, 2, 3, 3, 4}, values{1, 2, 3, 4, 5, 6};
  std::vector<std::int32_t> small(3, -1), large(6, -1);
  CHECK_THROWS_WITH(parallel_reduce_by_key(on_gpu, keys, values, small, large, plus{}),
                    Catch::Contains("room for 3") && Catch::Contains("4 are needed"));
  CHECK_THROWS_WITH(parallel_filter(on_gpu, values, small, [](auto x) { return x > 2; }),
                    Catch::Contains("room for 3") && Catch::Contains("4 are needed"));
  CHECK((small == std::vector<std::int32_t>(3, -1) && large == std::vector<std::int32_t>(6, -1)));
  CHECK(parallel_filter(on_gpu, values, small, [](auto x) { return x > 3; }) == 3);
}

TEST_CASE("filtered and partitioned arrays stay on the GPU", "[gpu][filter]") {
  NEEDS_A_DEVICE();
  for (auto const n : sizes) {
    auto const host = random_values<float>(n);
    array<float> const in(host);
    auto const positive = [](auto x) { return x > 0.0f; };
    auto const kept = parallel_filter(on_gpu, in, positive);
    static_assert(std::is_same_v<decltype(kept), array<float> const>);
    REQUIRE((kept.size() == 0 || kept.resident()));
    REQUIRE(same_bits(kept.to_vector(), parallel_filter(on_cpu, host, positive)));
    array<float> parted(host);
    auto const first = parallel_partition(on_gpu, parted, positive);
    REQUIRE(first == kept.size());
    REQUIRE((n == 0 || parted.resident()));
    auto const distinct = parallel_unique(on_gpu, parted);
    auto expected = host;
    parallel_partition(on_cpu, expected, positive);
    REQUIRE(distinct == parallel_unique(on_cpu, expected));
  }
  array<bool> const flags{true, false, true, true};
  REQUIRE(parallel_filter(on_gpu, flags, [](auto x) { return x; }).size() == 3);
}

TEST_CASE("what a device lacks is refused by name under on_gpu and served by the CPU otherwise",
          "[gpu][errors]") {
  NEEDS_A_DEVICE();
  if (why_not<double>().empty())
    TANDEM_SKIP("this device has 64-bit floats");
  tandem::runtime runtime{{.device = gpu::device::open_default().info().name}};
  runtime.find_device();
  auto const in = random_values<double>(100001);
  auto const positive = [](auto x) { return x > 0.0; };
  std::vector<double> out(in.size());
  std::vector<std::int32_t> const keys(in.size(), 1);
  auto const says = Catch::Contains("double");
  CHECK_THROWS_WITH(parallel_filter(on_gpu, in, positive), says);
  CHECK_THROWS_WITH(parallel_count(on_gpu, in, positive), says);
  CHECK_THROWS_WITH(parallel_inclusive_scan(on_gpu, in, out), says);
  CHECK_THROWS_WITH(parallel_reduce_by_key(on_gpu, keys, in, plus{}), says);
  for (int i = 0; i < 3; ++i) {
    auto const here = automatic.with(runtime);
    CHECK(parallel_filter(here, in, positive) == parallel_filter(on_cpu, in, positive));
    CHECK(parallel_reduce_by_key(here, keys, in, plus{}).second ==
          parallel_reduce_by_key(on_cpu, keys, in, plus{}).second);
  }
}

TEST_CASE("ranges may start and end anywhere", "[gpu][select]") {
  NEEDS_A_DEVICE();
  auto const whole = random_values<float>(9001);
  std::vector<std::uint32_t> index(whole.size(), 5);
  for (std::size_t const first : {1u, 2u, 3u, 4097u}) {
    CAPTURE(first);
    std::span<float const> const in(whole.data() + first, whole.size() - first - 1);
    std::span<std::uint32_t const> const keys(index.data() + first, in.size());
    auto const large = [](auto x) { return x > 100.0f; };
    CHECK(parallel_filter(on_gpu, in, large) == parallel_filter(on_cpu, in, large));
    CHECK(parallel_minmax_element(on_gpu, in) == parallel_minmax_element(on_cpu, in));
    CHECK(parallel_top_k(on_gpu, in, 50) == parallel_top_k(on_cpu, in, 50));
    CHECK(parallel_reduce_by_key(on_gpu, keys, in, plus{}) ==
          parallel_reduce_by_key(on_cpu, keys, in, plus{}));
    std::vector<float> there(whole.size(), -1.0f), here(whole.size(), -1.0f);
    parallel_gather(on_gpu, in, keys, std::span(there).subspan(3, in.size()));
    parallel_gather(on_cpu, in, keys, std::span(here).subspan(3, in.size()));
    CHECK(there == here); // and nothing beside it has changed
    there = here = whole;
    parallel_sort(on_gpu, std::span(there).subspan(first, in.size()));
    parallel_sort(on_cpu, std::span(here).subspan(first, in.size()));
    CHECK(there == here);
    auto const kept = parallel_unique(on_cpu, std::span(here).subspan(first, in.size()));
    CHECK(parallel_unique(on_gpu, std::span(there).subspan(first, in.size())) == kept);
    CHECK((there.back() == whole.back() && there[first - 1] == whole[first - 1]));
  }
}
