#include "gpu_support.hpp"

using namespace tandem;
using namespace gpu_dispatch;

namespace {

std::vector<std::size_t> const sizes{0, 1, 5, 255, 257, 4095, 4096, 4097, 70001};

} // namespace

TEMPLATE_TEST_CASE("on_gpu gives the bits of on_cpu: scans, filters, counts, searches", "[gpu][scan][filter]",
                   float, std::int32_t, std::uint32_t) {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  auto const captured = TestType(50);
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const in = random_values<TestType>(n);
    std::vector<TestType> a(n), b(n);
    parallel_inclusive_scan(on_gpu, in, a, plus{});
    parallel_inclusive_scan(on_cpu, in, b, plus{});
    REQUIRE(same_bits(a, b));
    parallel_exclusive_scan(on_gpu, in, a, TestType(5), [](auto x, auto y) { return x + y; });
    parallel_exclusive_scan(on_cpu, in, b, TestType(5));
    REQUIRE(same_bits(a, b));
    auto const pred = [captured](auto x) { return x > captured; };
    auto const kept = parallel_filter(on_gpu, in, pred);
    REQUIRE(same_bits(kept, parallel_filter(on_cpu, in, pred)));
    REQUIRE(parallel_filter(on_gpu, in, a, pred) == kept.size());
    REQUIRE(std::equal(kept.begin(), kept.end(), a.begin()));
    REQUIRE(parallel_count(on_gpu, in, pred) == kept.size());
    REQUIRE(parallel_find_if(on_gpu, in, pred) == parallel_find_if(on_cpu, in, pred));
    auto in_place = in;
    parallel_inclusive_scan(on_gpu, in_place, in_place);
    parallel_inclusive_scan(on_cpu, in, b);
    REQUIRE(same_bits(in_place, b));
  }
}

TEST_CASE("Scans stay on the GPU between arrays", "[gpu][scan]") {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  array<float> const in{1, 2, 3, 4, 5};
  array<float> sums(5), again(5);
  parallel_inclusive_scan(on_gpu, in, sums);
  REQUIRE(sums.resident());
  parallel_exclusive_scan(on_gpu, sums, again, 0.0f);
  REQUIRE((again[4] == 20.0f && sums[4] == 15.0f));
}
