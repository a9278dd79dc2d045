// parallel_sort with a comparator and parallel_merge on the GPU: the result of the CPU, ties included.
#include "gpu_support.hpp"

#include <algorithm>

using namespace tandem;
using namespace gpu_dispatch;

namespace {

/// Many ties by magnitude, none by value.
template <class T>
std::vector<T> signed_values(std::size_t n) {
  std::mt19937 random(11);
  std::vector<T> values(n);
  for (auto& value : values)
    value = static_cast<T>(static_cast<std::int32_t>(random() % 401) - 200);
  return values;
}

auto const by_magnitude = [](auto a, auto b) { return tandem::abs(a) < tandem::abs(b); };

} // namespace

TEMPLATE_TEST_CASE("a sort by a generic comparator is the stable one everywhere", "[gpu][sort]", float,
                   std::int32_t) {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {0ul, 1ul, 2ul, 31ul, 33ul, 4096ul, 4097ul, 30011ul}) {
    auto const in = signed_values<TestType>(n);
    auto wanted = in;
    std::stable_sort(wanted.begin(), wanted.end(), by_magnitude);
    auto on_device = in, on_host = in, anywhere = in, stable = in;
    parallel_sort(on_gpu, on_device, by_magnitude);
    parallel_sort(on_cpu, on_host, by_magnitude);
    parallel_sort(anywhere, by_magnitude);
    parallel_stable_sort(on_gpu, std::span(stable), by_magnitude);
    INFO("n = " << n);
    CHECK(on_device == wanted);
    CHECK(on_host == wanted);
    CHECK(anywhere == wanted);
    CHECK(stable == wanted);
  }
}

TEST_CASE("an array stays on the device while it is sorted and merged", "[gpu][sort]") {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  int const pivot = 13;
  auto const by_distance = [&pivot](auto a, auto b) {
    return tandem::abs(a - pivot) < tandem::abs(b - pivot);
  };
  auto const values = signed_values<std::int32_t>(9001);
  tandem::array<std::int32_t> a(values), b(values);
  auto const shifted = parallel_map(on_gpu, a, [](auto x) { return x + 1; });
  parallel_sort(on_gpu, a, by_distance);
  parallel_sort(on_gpu, b, by_distance);
  tandem::array<std::int32_t> both(a.size() + b.size());
  parallel_merge(on_gpu, a, b, both, by_distance);
  auto wanted = values;
  std::stable_sort(wanted.begin(), wanted.end(), by_distance);
  std::vector<std::int32_t> merged(2 * values.size());
  std::merge(wanted.begin(), wanted.end(), wanted.begin(), wanted.end(), merged.begin(), by_distance);
  CHECK(std::equal(wanted.begin(), wanted.end(), std::as_const(a).begin()));
  CHECK(std::equal(merged.begin(), merged.end(), std::as_const(both).begin()));
}

TEST_CASE("parallel_merge gives the same on the GPU, in the natural order and by a comparator",
          "[gpu][merge]") {
  if (!there_is_a_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (auto [na, nb] : {std::pair{0ul, 0ul}, {0ul, 100ul}, {5000ul, 1ul}, {20000ul, 30011ul}}) {
    auto a = signed_values<float>(na), b = signed_values<float>(nb);
    parallel_sort(on_cpu, a);
    parallel_sort(on_cpu, b);
    std::vector<float> on_device(na + nb), on_host(na + nb);
    parallel_merge(on_gpu, a, b, on_device);
    parallel_merge(on_cpu, a, b, on_host);
    CHECK(on_device == on_host);
    auto const downwards = [](auto x, auto y) { return x > y; };
    std::reverse(a.begin(), a.end());
    std::reverse(b.begin(), b.end());
    parallel_merge(on_gpu, a, b, on_device, downwards);
    parallel_merge(on_cpu, a, b, on_host, downwards);
    CHECK(on_device == on_host);
  }
}
