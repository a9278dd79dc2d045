// gpu::merge_sort and gpu::merge against std::stable_sort and std::merge: stability, any comparator, any
// size.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/merge.hpp>

#include <algorithm>

using namespace tandem_test;

namespace {

constexpr std::size_t sizes[] = {0, 1, 2, 17, 257, 2047, 2049, 4095, 4096, 4097, 12289};

template <class T>
std::vector<T> numbers(std::size_t n, unsigned range, unsigned seed = 1) {
  std::mt19937_64 engine(n + seed);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(static_cast<std::int64_t>(engine() % range) - static_cast<std::int64_t>(range / 2));
  return all;
}

template <class T, class Less>
void device_sort(std::vector<T>& data, Less const& less, std::size_t n) {
  static constinit gpu::kernel_site site;
  gpu::recording& recorded = gpu::trace<bool(T, T)>(less);
  gpu::merge_sort(device(), site, recorded, gpu::operand::of(data.data(), n), n);
}

template <class T, class Less>
void check_sort(std::vector<T> data, Less const& less) {
  auto wanted = data;
  std::stable_sort(wanted.begin(), wanted.end(), less);
  device_sort(data, less, data.size());
  INFO("n = " << data.size());
  CHECK(data == wanted);
}

/// Neither lost nor doubled, in whatever order.
template <class Less>
void check_kept(std::size_t n, Less const& less) {
  std::vector<std::uint32_t> data(n);
  for (std::size_t i = 0; i < n; ++i)
    data[i] = static_cast<std::uint32_t>(i * 2654435761U);
  auto wanted = data;
  device_sort(data, less, n);
  std::sort(data.begin(), data.end());
  std::sort(wanted.begin(), wanted.end());
  INFO("n = " << n);
  CHECK(data == wanted);
}

/// Equal for a number and its negative, which are told apart afterwards.
template <class T>
auto magnitude_order() {
  return [](auto a, auto b) { return a * a < b * b; };
}

template <class T, class Less>
void check_merge(std::size_t na, std::size_t nb, unsigned range, Less const& less) {
  static constinit gpu::kernel_site site;
  auto a = numbers<T>(na, range, 1);
  auto b = numbers<T>(nb, range, 2);
  std::stable_sort(a.begin(), a.end(), less);
  std::stable_sort(b.begin(), b.end(), less);
  std::vector<T> wanted(na + nb), made(na + nb);
  std::merge(a.begin(), a.end(), b.begin(), b.end(), wanted.begin(), less);
  gpu::recording& recorded = gpu::trace<bool(T, T)>(less);
  gpu::merge(device(), site, recorded, gpu::operand::of(a.data(), na), gpu::operand::of(b.data(), nb),
             gpu::operand::of(made.data(), na + nb));
  INFO(na << " and " << nb);
  CHECK(made == wanted);
}

} // namespace

TEMPLATE_TEST_CASE("merge sort is stable and right by any comparator", "", std::int32_t, float, std::int64_t,
                   double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no such type");
  for (std::size_t n : sizes)
    check_sort(numbers<TestType>(n, 100), magnitude_order<TestType>());
  check_sort(numbers<TestType>(40009, 20000), magnitude_order<TestType>());
  auto sorted = numbers<TestType>(10007, 20000);
  std::sort(sorted.begin(), sorted.end());
  auto const greater = [](auto a, auto b) { return a > b; };
  check_sort(sorted, greater);
  std::reverse(sorted.begin(), sorted.end());
  check_sort(sorted, greater);
  check_sort(std::vector<TestType>(10007, TestType(7)), greater);
}

TEST_CASE("a comparator sees its captures as they are") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  unsigned modulus = 7;
  auto const by_remainder = [&modulus](auto a, auto b) { return a % modulus < b % modulus; };
  for (unsigned each : {7u, 100u}) {
    modulus = each;
    check_sort(numbers<std::uint32_t>(9001, 100000), by_remainder);
  }
}

TEST_CASE("an inconsistent comparator neither loses nor doubles elements") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {100ul, 5000ul, 30001ul}) {
    check_kept(n, [](auto a, auto) { return a == a; });
    check_kept(n, [](auto a, auto b) { return ((a * 31u + b * 17u) & 4096u) != 0u; });
    check_kept(n, [](auto a, auto b) { return ((a ^ (b << 3)) & 64u) != 0u; });
    check_kept(n, [](auto a, auto b) { return a - b < 0x80000000u; });
  }
}

TEST_CASE("merge sort in device memory, and across dispatches") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_groups = 3; });
  auto in = numbers<float>(50001, 3000);
  gpu::memory resident(device(), in.size() * 4);
  resident.upload(in.data(), in.size() * 4);
  auto const less = [](auto a, auto b) { return a * a < b * b; };
  gpu::recording& recorded = gpu::trace<bool(float, float)>(less);
  gpu::merge_sort(device(), site, recorded, gpu::operand::of<float>(resident, in.size() - 1, 1),
                  in.size() - 1);
  std::stable_sort(in.begin() + 1, in.end(), less);
  std::vector<float> out(in.size());
  resident.download(out.data(), out.size() * 4);
  CHECK(out == in);
}

TEST_CASE("more than the device can hold is sorted in pieces and merged") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_memory_bytes = 20000; });
  for (std::size_t n : {5000ul, 5001ul, 10000ul, 23457ul})
    check_sort(numbers<std::int32_t>(n, 500), magnitude_order<std::int32_t>());
  check_kept(17001, [](auto a, auto b) { return ((a * 31u + b * 17u) & 4096u) != 0u; });
}

TEST_CASE("no submission of a merge sort makes more passes than a watchdog allows") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_submit_elements = 60000; });
  for (std::size_t n : {5000ul, 16384ul, 16385ul, 50003ul})
    check_sort(numbers<std::int32_t>(n, 500), magnitude_order<std::int32_t>());
  static constinit gpu::kernel_site site;
  auto const less = [](auto a, auto b) { return a < b; };
  gpu::memory resident(device(), 50003 * 4);
  auto in = numbers<std::int32_t>(50003, 70000);
  resident.upload(in.data(), in.size() * 4);
  auto const before = device().statistics().submissions;
  gpu::merge_sort(device(), site, gpu::trace<bool(std::int32_t, std::int32_t)>(less),
                  gpu::operand::of<std::int32_t>(resident, in.size()), in.size());
  CHECK(device().statistics().submissions - before >= 5); // five passes, none with another
  std::sort(in.begin(), in.end());
  std::vector<std::int32_t> out(in.size());
  resident.download(out.data(), out.size() * 4);
  CHECK(out == in);
}

TEST_CASE("merge by a comparator takes equals from the first range first") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const less = magnitude_order<std::int32_t>();
  for (auto [na, nb] : {std::pair{0ul, 0ul},
                        {0ul, 5ul},
                        {5ul, 0ul},
                        {1ul, 1ul},
                        {4096ul, 1ul},
                        {3000ul, 9000ul},
                        {50000ul, 20011ul}})
    for (unsigned range : {10u, 10000u})
      check_merge<std::int32_t>(na, nb, range, less);
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_memory_bytes = 20000; });
  check_merge<std::int32_t>(7000, 9001, 300, less);
}

TEMPLATE_TEST_CASE("merge in the natural order, floats in total order", "", std::int32_t, std::uint32_t,
                   float, std::int64_t, std::uint64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (auto order : {gpu::sort_order::ascending, gpu::sort_order::descending}) {
    auto all = interesting<TestType>(20000, 3);
    auto const cut = all.size() / 3;
    gpu::operand const a = gpu::operand::of(all.data(), cut);
    gpu::operand const b = gpu::operand::of(all.data() + cut, all.size() - cut);
    gpu::radix_sort(device(), a, a.count, order);
    gpu::radix_sort(device(), b, b.count, order);
    std::vector<TestType> merged(all.size());
    gpu::merge(device(), a, b, gpu::operand::of(merged.data(), merged.size()), order);
    gpu::radix_sort(device(), gpu::operand::of(all.data(), all.size()), all.size(), order);
    CHECK(std::memcmp(merged.data(), all.data(), all.size() * sizeof(TestType)) == 0);
  }
}
