// gpu::radix_sort and its relatives: type × size × pattern × order, stability, totalOrder of floats.
#include "gpu_support.hpp"

#include "engine_support.hpp"
#include "support/total_order.hpp"

#include <tandem/gpu/error.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/sort.hpp>

#include <algorithm>
#include <numeric>

using namespace tandem_test;
using gpu::sort_order;

namespace {

constexpr std::size_t sizes[] = {0,    1,    2,    3,    255,  256,   257,   2047,
                                 2048, 2049, 4095, 4096, 4097, 10007, 100003};
enum class pattern { random, sorted, reversed, equal, few, specials };

template <class T>
std::vector<T> keys(std::size_t n, pattern shape) {
  std::mt19937_64 engine(n + 1);
  std::vector<T> all(n);
  auto const odd = interesting<T>(32, 5);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t const bits = engine();
    switch (shape) {
    case pattern::random:
      if constexpr (sizeof(T) == 4)
        all[i] = std::bit_cast<T>(static_cast<std::uint32_t>(bits));
      else
        all[i] = std::bit_cast<T>(bits);
      break;
    case pattern::sorted:
      all[i] = static_cast<T>(i);
      break;
    case pattern::reversed:
      all[i] = static_cast<T>(n - i);
      break;
    case pattern::equal:
      all[i] = T(42);
      break;
    case pattern::few:
      all[i] = static_cast<T>(bits % 5);
      break;
    case pattern::specials:
      all[i] = odd[bits % odd.size()];
      break;
    }
  }
  return all;
}

template <class T>
bool equal_bits(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T>
std::vector<std::uint32_t> stable_order(std::vector<T> const& in, sort_order order) {
  std::vector<std::uint32_t> indices(in.size());
  std::iota(indices.begin(), indices.end(), 0u);
  std::stable_sort(indices.begin(), indices.end(), [&](std::uint32_t a, std::uint32_t b) {
    return order == sort_order::ascending ? total_order(in[a]) < total_order(in[b])
                                          : total_order(in[b]) < total_order(in[a]);
  });
  return indices;
}

template <class T>
void check_sorts(std::size_t n, pattern shape, sort_order order) {
  auto const in = keys<T>(n, shape);
  auto const wanted_order = stable_order(in, order);
  std::vector<T> wanted(n);
  for (std::size_t i = 0; i < n; ++i)
    wanted[i] = in[wanted_order[i]];
  INFO("n = " << n << ", pattern " << static_cast<int>(shape)
              << (order == sort_order::descending ? ", descending" : ""));

  auto sorted = in;
  gpu::radix_sort(device(), gpu::operand::of(sorted.data(), n), n, order);
  CHECK(equal_bits(sorted, wanted));

  std::vector<std::uint32_t> permutation(n);
  gpu::radix_sort_permutation(device(), gpu::operand::of(in.data(), n),
                              gpu::operand::of(permutation.data(), n), n, order);
  CHECK(permutation == wanted_order);

  sorted = in;
  std::vector<std::uint32_t> narrow(n);
  std::iota(narrow.begin(), narrow.end(), 0u);
  gpu::radix_sort_by_key(device(), gpu::operand::of(sorted.data(), n), gpu::operand::of(narrow.data(), n), 4,
                         n, order);
  CHECK(equal_bits(sorted, wanted));
  CHECK(narrow == wanted_order);

  sorted = in;
  std::vector<std::uint64_t> wide(n);
  for (std::size_t i = 0; i < n; ++i)
    wide[i] = i << 33 | i;
  gpu::radix_sort_by_key(device(), gpu::operand::of(sorted.data(), n), gpu::operand::of(wide.data(), n), 8, n,
                         order);
  CHECK(equal_bits(sorted, wanted));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    wrong += wide[i] != (std::uint64_t{wanted_order[i]} << 33 | wanted_order[i]);
  CHECK(wrong == 0);
}

} // namespace

TEMPLATE_TEST_CASE("radix sorts are right and stable for every pattern", "", std::int32_t, std::uint32_t,
                   float, std::int64_t, std::uint64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes)
    check_sorts<TestType>(n, pattern::random, sort_order::ascending);
  for (pattern shape : {pattern::sorted, pattern::reversed, pattern::equal, pattern::few, pattern::specials})
    for (sort_order order : {sort_order::ascending, sort_order::descending})
      check_sorts<TestType>(10007, shape, order);
}

TEST_CASE("radix sorts in device memory, and across dispatches") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_groups = 3; });
  auto in = keys<float>(50001, pattern::random);
  gpu::memory resident(device(), in.size() * 4);
  resident.upload(in.data(), in.size() * 4);
  gpu::radix_sort(device(), gpu::operand::of<float>(resident, in.size() - 1, 1), in.size() - 1);
  std::sort(in.begin() + 1, in.end(), [](float a, float b) { return total_order(a) < total_order(b); });
  std::vector<float> out(in.size());
  resident.download(out.data(), out.size() * 4);
  CHECK(equal_bits(out, in));
}

TEMPLATE_TEST_CASE("more keys than the device can hold are sorted in pieces and merged", "", std::uint32_t,
                   double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_memory_bytes = 40000; });
  for (std::size_t n : {4999ul, 5001ul, 10001ul, 34567ul})
    for (sort_order order : {sort_order::ascending, sort_order::descending})
      check_sorts<TestType>(n, pattern::specials, order);
}

TEMPLATE_TEST_CASE("no submission of a sort looks at more elements than a watchdog allows", "", std::uint32_t,
                   double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  constexpr std::size_t most = 20000;
  lowered_limits const lowered(device(), [](auto& limits) { limits.max_submit_elements = most; });
  for (std::size_t n : {100ul, 4999ul, 9001ul, 50003ul})
    for (pattern shape : {pattern::random, pattern::specials})
      check_sorts<TestType>(n, shape, sort_order::ascending);
  // Each pass looks at the keys twice.
  constexpr std::size_t n = 50003;
  auto data = keys<TestType>(n, pattern::random);
  gpu::memory resident(device(), n * sizeof(TestType));
  resident.upload(data.data(), n * sizeof(TestType));
  auto const before = device().statistics().submissions;
  gpu::radix_sort(device(), gpu::operand::of<TestType>(resident, n), n);
  CHECK(device().statistics().submissions - before >= 2 * sizeof(TestType) * n / most);
}

TEST_CASE("pieces of a sort that does not fit the device are paced too") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_memory_bytes = 80000;
    limits.max_submit_elements = 30000;
    limits.max_groups = 3;
  });
  check_sorts<float>(34567, pattern::specials, sort_order::descending);
}
