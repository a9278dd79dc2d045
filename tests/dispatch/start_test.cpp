// What a process that keeps to the CPU never loads.
#include "support/loaded_library.hpp"

#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <numeric>
#include <string>
#include <vector>

using namespace tandem;
using tandem_test::is_loaded;

namespace {

template <class Policy>
void call_everything(Policy where) {
  std::vector<float> a(100000);
  std::iota(a.begin(), a.end(), 0.0f);
  auto const f = [](auto x) { return x * 2.0f; };
  auto const pred = [](auto x) { return x > 1000.0f; };
  auto b = parallel_map(where, a, f);
  parallel_generate(where, b, [](auto i) { return cast<float>(i); });
  CHECK(parallel_reduce(where, a, 0.0f, plus{}) > 0);
  CHECK(parallel_map_reduce(where, a, 0.0f, plus{}, f) > 0);
  parallel_inclusive_scan(where, a, b);
  CHECK(parallel_filter(where, a, pred).size() == 98999);
  CHECK(parallel_count(where, a, pred) == 98999);
  std::vector<std::uint32_t> bins(10);
  CHECK(parallel_histogram(where, a, bins, [](auto x) { return cast<std::uint32_t>(x / 10000.0f); }) == 0);
  parallel_sort(where, b, greater{});
  CHECK(b.front() >= b.back());
}

} // namespace

TEST_CASE("on_cpu loads nothing of Vulkan", "[start]") {
  call_everything(on_cpu);
  runtime other{{.threads = 2, .device = "gpu"}}; // asked for, but not by these calls
  call_everything(on_cpu.with(other));
  CHECK_FALSE(is_loaded("libvulkan"));
  CHECK_FALSE(is_loaded("libvk_swiftshader"));
  CHECK_FALSE(is_loaded("libvulkan_lvp"));
}

TEST_CASE("TANDEM_DEVICE=cpu loads nothing of Vulkan, whatever the policy", "[start]") {
  runtime where{{.threads = 2, .device = "cpu"}};
  call_everything(automatic.with(where));
  call_everything(on_both.with(where));
  CHECK_FALSE(is_loaded("libvulkan"));
}
