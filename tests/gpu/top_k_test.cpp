// gpu::top_k against a stable sort: type × size × k × pattern, in pieces, from device memory.
#include "gpu_support.hpp"

#include "engine_support.hpp"
#include "support/total_order.hpp"

#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/top_k.hpp>

#include <algorithm>

using namespace tandem_test;
using gpu::sort_order;

namespace {

enum class pattern { random, sorted, reversed, equal, few, specials };
constexpr pattern patterns[] = {pattern::random, pattern::sorted, pattern::reversed,
                                pattern::equal,  pattern::few,    pattern::specials};

template <class T>
std::vector<T> elements(std::size_t n, pattern shape) {
  std::mt19937_64 engine(n + 1);
  std::vector<T> all(n);
  auto const odd = interesting<T>(32, 5);
  auto const random = interesting<T>(n, 3);
  for (std::size_t i = 0; i < n; ++i)
    all[i] = shape == pattern::random     ? random[random.size() - 1 - i]
             : shape == pattern::sorted   ? static_cast<T>(i)
             : shape == pattern::reversed ? static_cast<T>(n - i)
             : shape == pattern::equal    ? T(42)
             : shape == pattern::few      ? static_cast<T>(engine() % 5)
                                          : odd[engine() % odd.size()];
  return all;
}

template <class T>
void check_top(std::vector<T> const& in, std::size_t k, sort_order order) {
  auto sorted = in;
  std::sort(sorted.begin(), sorted.end(), [&](T a, T b) {
    return order == sort_order::ascending ? total_order(a) < total_order(b) : total_order(b) < total_order(a);
  });
  std::vector<T> best(k);
  gpu::top_k(device(), gpu::operand::of(in.data(), in.size()), in.size(), k, order, best.data());
  INFO("n = " << in.size() << ", k = " << k << (order == sort_order::descending ? ", greatest" : ", least"));
  CHECK((k == 0 || std::memcmp(best.data(), sorted.data(), k * sizeof(T)) == 0));
}

} // namespace

TEMPLATE_TEST_CASE("top_k is what a sort would begin with", "", std::int32_t, std::uint32_t, float,
                   std::int64_t, std::uint64_t, double) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {1ul, 255ul, 257ul, 4096ul, 20011ul})
    for (std::size_t k : {std::size_t{0}, std::size_t{1}, n / 3, n - n / 16, n})
      check_top(elements<TestType>(n, pattern::random), k, sort_order::descending);
  for (pattern const shape : patterns)
    for (sort_order const order : {sort_order::ascending, sort_order::descending})
      check_top(elements<TestType>(10007, shape), 100, order);
}

TEST_CASE("top_k in pieces and across dispatches") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_groups = 2;
    limits.max_chunk_bytes = 70000;
  });
  for (std::size_t k : {1ul, 100ul, 9000ul, 50001ul})
    for (pattern const shape : patterns) {
      check_top(elements<float>(50001, shape), k, sort_order::descending);
      check_top(elements<std::int64_t>(50001, shape), k, sort_order::ascending);
    }
}

TEST_CASE("top_k from device memory") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = elements<std::uint32_t>(30001, pattern::random);
  gpu::memory resident(device(), in.size() * 4);
  resident.upload(in.data(), in.size() * 4);
  auto sorted = in;
  std::sort(sorted.begin() + 1, sorted.end());
  std::vector<std::uint32_t> best(10);
  gpu::top_k(device(), gpu::operand::of<std::uint32_t>(resident, in.size() - 1, 1), in.size() - 1, 10,
             sort_order::ascending, best.data());
  CHECK(std::equal(best.begin(), best.end(), sorted.begin() + 1));
}
