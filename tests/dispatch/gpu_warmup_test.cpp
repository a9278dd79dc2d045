// tandem::warmup: results as always, and kernels that are there afterwards.
#include "gpu_support.hpp"

using namespace tandem;
using namespace gpu_dispatch;

TEST_CASE("warmup runs its calls once and leaves their kernels built", "[gpu][warmup]") {
  NEEDS_A_DEVICE();
  auto const device = gpu::device::open_default();
  tandem::runtime runtime{{.device = device.info().name}};
  auto const here = automatic.with(runtime);
  auto const there = on_gpu.with(runtime);
  auto const in = random_values<float>(70001);
  auto const f = [](auto x) { return x * 3.0f + 1.0f; };
  auto const positive = [](auto x) { return x > 0.25f; };
  auto const bin = [](auto x) { return tandem::cast<std::int32_t>(x) / 7; };
  int runs = 0;
  std::vector<float> mapped(in.size()), sorted = in, scanned(in.size());
  std::vector<int> bins(10), bins_there(10);
  auto const kept = warmup([&] {
    ++runs;
    parallel_map(here, in, mapped, f);
    parallel_sort(here, sorted);
    parallel_inclusive_scan(here, in, scanned);
    parallel_histogram(here, in, bins, bin);
    return parallel_filter(here, in, positive);
  });
  REQUIRE(runs == 1);
  REQUIRE(same_bits(kept, parallel_filter(on_cpu, in, positive)));
  REQUIRE(same_bits(mapped, parallel_map(on_cpu, in, f)));
  auto const built = device.statistics().pipelines_created;
  auto again = in;
  REQUIRE(same_bits(parallel_filter(there, in, positive), kept));
  parallel_map(there, in, again, f);
  REQUIRE(same_bits(again, mapped));
  parallel_inclusive_scan(there, in, again);
  REQUIRE(same_bits(again, scanned));
  again = in;
  parallel_sort(there, again);
  REQUIRE(same_bits(again, sorted));
  parallel_histogram(there, in, bins_there, bin);
  REQUIRE(bins_there == bins);
  CHECK(device.statistics().pipelines_created == built);
}

TEST_CASE("warmup without a device is just the calls", "[gpu][warmup]") {
  tandem::runtime runtime{{.device = "cpu"}};
  auto const in = random_values<float>(5000);
  auto const f = [](auto x) { return x - 1.0f; };
  REQUIRE(same_bits(warmup([&] { return parallel_map(automatic.with(runtime), in, f); }),
                    parallel_map(on_cpu, in, f)));
}
