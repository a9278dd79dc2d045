// warm_…: kernels are built in the background, and a call then finds all of them ready.
#include "gpu_support.hpp"

#include <tandem/gpu/extremum.hpp>
#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/gather.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/gpu/reduce_by_key.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/top_k.hpp>
#include <tandem/gpu/unique.hpp>

#include <chrono>
#include <thread>

using namespace tandem_test;

namespace {

/// True when all kernels are ready within a minute.
template <class Warm>
bool becomes_ready(Warm const& warm) {
  for (int i = 0; i < 6000; ++i) {
    if (warm())
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// run() makes no pipeline after warm() has said that it is ready.
template <class Warm, class Run>
void check_warm(char const* name, Warm const& warm, Run const& run) {
  INFO(name);
  REQUIRE(becomes_ready(warm));
  auto const before = device().statistics().pipelines_created;
  run();
  CHECK(device().statistics().pipelines_created == before);
}

constexpr std::size_t n = 70001;

} // namespace

TEST_CASE("after warming up, calls with a predicate build nothing") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<std::int32_t> data(n, 5), out(n);
  auto const in = gpu::operand::of(data.data(), n), to = gpu::operand::of(out.data(), n);
  auto const& d = device();
  static constinit gpu::kernel_site filter, partition, count, find, unique;
  auto const keep = [](auto x) { return x * 3 > 7; };
  auto const pred = [&]() -> gpu::recording& { return gpu::trace<bool(std::int32_t)>(keep); };
  auto const same = [](auto a, auto b) { return a == b + 1; };
  auto const equal = [&]() -> gpu::recording& { return gpu::trace<bool(std::int32_t, std::int32_t)>(same); };
  check_warm(
      "filter", [&] { return gpu::warm_filter(d, filter, pred(), gpu::scalar::int32, n); },
      [&] { gpu::filter(d, filter, pred(), in, to, n); });
  check_warm(
      "partition", [&] { return gpu::warm_partition(d, partition, pred(), gpu::scalar::int32, n); },
      [&] { gpu::partition(d, partition, pred(), in, to, n); });
  check_warm(
      "count", [&] { return gpu::warm_count_if(d, count, pred(), gpu::scalar::int32, n); },
      [&] { gpu::count_if(d, count, pred(), in, n); });
  check_warm(
      "find", [&] { return gpu::warm_find_if(d, find, pred(), gpu::scalar::int32); },
      [&] { gpu::find_if(d, find, pred(), in, n); });
  check_warm(
      "unique", [&] { return gpu::warm_unique(d, unique, equal(), gpu::scalar::int32, n); },
      [&] { gpu::unique(d, unique, equal(), in, n); });
}

TEST_CASE("after warming up, calls with an operation build nothing") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<std::int32_t> data(n, 5), out(n), more(n);
  auto const of = [](auto& range) { return gpu::operand::of(range.data(), range.size()); };
  auto const& d = device();
  static constinit gpu::kernel_site inclusive, exclusive, by_key, histogram;
  auto const plus = [](auto a, auto b) { return a + b * 1; };
  auto const op = [&]() -> gpu::recording& {
    return gpu::trace<std::int32_t(std::int32_t, std::int32_t)>(plus);
  };
  std::int32_t const init = 3;
  check_warm(
      "inclusive scan", [&] { return gpu::warm_scan(d, inclusive, op(), n, false); },
      [&] { gpu::inclusive_scan(d, inclusive, op(), of(data), of(out), n); });
  check_warm(
      "exclusive scan", [&] { return gpu::warm_scan(d, exclusive, op(), n, true); },
      [&] { gpu::exclusive_scan(d, exclusive, op(), of(data), of(out), n, &init); });
  auto const both = [&]() -> gpu::recording& {
    return gpu::trace_also<std::int32_t(std::int32_t, std::int32_t)>(
        gpu::trace<bool(std::int32_t, std::int32_t)>([](auto a, auto b) { return a == b; }), plus);
  };
  check_warm(
      "by key", [&] { return gpu::warm_reduce_by_key(d, by_key, both(), n); },
      [&] { gpu::reduce_by_key(d, by_key, both(), of(data), of(data), of(out), of(more), n, {}); });
  auto const bin = [&]() -> gpu::recording& {
    return gpu::trace<void(std::int32_t)>([](auto x) { return x; });
  };
  std::vector<std::uint64_t> counts(300);
  check_warm(
      "histogram",
      [&] { return gpu::warm_histogram(d, histogram, bin(), gpu::scalar::int32, counts.size()); },
      [&] { gpu::histogram(d, histogram, bin(), of(data), n, counts); });
}

TEST_CASE("after warming up, sorts, moves and searches build nothing") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  std::vector<float> data(n, 5), out(n);
  std::vector<std::uint32_t> index(n, 1);
  auto const of = [](auto& range) { return gpu::operand::of(range.data(), range.size()); };
  auto const& d = device();
  using gpu::scalar;
  check_warm(
      "sort", [&] { return gpu::warm_radix_sort(d, scalar::float32, 0, n); },
      [&] { gpu::radix_sort(d, of(data), n); });
  check_warm(
      "sort by key", [&] { return gpu::warm_radix_sort(d, scalar::float32, 4, n); },
      [&] { gpu::radix_sort_by_key(d, of(data), of(out), 4, n); });
  check_warm(
      "top k", [&] { return gpu::warm_top_k(d, scalar::float32, gpu::sort_order::descending, 10); },
      [&] { gpu::top_k(d, of(data), n, 10, gpu::sort_order::descending, out.data()); });
  check_warm(
      "extrema", [&] { return gpu::warm_extrema(d, scalar::float32, n, true, true); },
      [&] { gpu::minmax_element(d, of(data), n); });
  check_warm(
      "gather", [&] { return gpu::warm_gather(d, scalar::float32, scalar::uint32); },
      [&] { gpu::gather(d, of(data), of(index), of(out), n); });
  check_warm(
      "scatter", [&] { return gpu::warm_scatter(d, scalar::float32, scalar::uint32); },
      [&] { gpu::scatter(d, of(data), of(index), of(out), n); });
}
