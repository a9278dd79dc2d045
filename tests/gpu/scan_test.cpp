// gpu::inclusive_scan and exclusive_scan against the fixed shape computed by its definition, bit by bit.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/gpu/scan.hpp>

#include <optional>

using namespace tandem_test;

namespace {

constexpr std::size_t sizes[] = {0,    1,    2,    15,   16,   17,    31,    255,   256,    257,    4095,
                                 4096, 4097, 8191, 8192, 8193, 10007, 65536, 65537, 262144, 1000003};

/// An optional result: what does not exist takes no part.
template <class T, class Op>
std::optional<T> join(Op const& op, std::optional<T> a, std::optional<T> b) {
  return a && b ? std::optional<T>(op(*a, *b)) : a ? a : b;
}

template <class T, class Op>
std::optional<T> fold(Op const& op, std::vector<T> const& items, std::size_t first, std::size_t last) {
  std::optional<T> sum;
  for (std::size_t i = first; i < std::min(last, items.size()); ++i)
    sum = join<T>(op, sum, items[i]);
  return sum;
}

template <class T, class Op>
std::vector<T> totals_of(Op const& op, std::vector<T> const& items, std::size_t each) {
  std::vector<T> totals;
  for (std::size_t first = 0; first < items.size(); first += each)
    totals.push_back(*fold(op, items, first, first + each));
  return totals;
}

/// What stands before every element, as the architecture's page defines it.
template <class T, class Op>
std::vector<std::optional<T>> before_each(Op const& op, std::vector<T> const& in, std::optional<T> init,
                                          bool inclusive) {
  auto const lanes = totals_of(op, in, 16);
  auto const groups = totals_of(op, lanes, 16);
  auto const tiles = totals_of(op, groups, 16);
  std::vector<std::optional<T>> carries(tiles.size());
  if (tiles.size() > 1)
    carries = before_each<T>(op, tiles, std::nullopt, false);
  std::vector<std::optional<T>> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    auto const c = join<T>(op, init, carries[i / 4096]);
    auto const g = fold(op, groups, i / 4096 * 16, i / 256);
    auto const l = fold(op, lanes, i / 256 * 16, i / 16);
    auto const r = fold(op, in, i / 16 * 16, inclusive ? i + 1 : i);
    out[i] = join<T>(op, join<T>(op, join<T>(op, c, g), l), r);
  }
  return out;
}

template <class T>
std::vector<T> numbers(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::vector<T> all(n);
  for (T& each : all)
    if constexpr (std::is_floating_point_v<T>)
      each =
          static_cast<T>(static_cast<double>(engine()) / 1e19 - 0.7) * static_cast<T>(1 << (engine() % 16));
    else
      each = static_cast<T>(engine() % 1000);
  return all;
}

template <class T, class Op>
std::vector<T> device_scan(Op const& op, std::vector<T> in, bool in_place, T const* init) {
  static constinit gpu::kernel_site inclusive, exclusive;
  std::vector<T> out(in_place ? 0 : in.size());
  std::vector<T>& to = in_place ? in : out;
  gpu::recording& recorded = gpu::trace<T(T, T)>(op);
  auto const from = gpu::operand::of(in.data(), in.size());
  auto const into = gpu::operand::of(to.data(), in.size());
  if (init != nullptr)
    gpu::exclusive_scan(device(), exclusive, recorded, from, into, in.size(), init);
  else
    gpu::inclusive_scan(device(), inclusive, recorded, from, into, in.size());
  return to;
}

template <class T, class Op>
void check_scans(Op const& op, std::size_t n) {
  auto const in = numbers<T>(n, static_cast<unsigned>(n));
  T const init = T(3);
  auto const inclusive = before_each<T>(op, in, std::nullopt, true);
  auto const exclusive = before_each<T>(op, in, init, false);
  for (bool in_place : {false, true}) {
    auto const a = device_scan(op, in, in_place, static_cast<T const*>(nullptr));
    auto const b = device_scan(op, in, in_place, &init);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += !same<T>(a[i], *inclusive[i]) + !same<T>(b[i], *exclusive[i]);
    INFO("n = " << n << (in_place ? ", in place" : ""));
    CHECK(wrong == 0);
  }
}

} // namespace

TEMPLATE_TEST_CASE("scans have the bits of the fixed shape", "", float, double, std::int32_t, std::uint32_t,
                   std::int64_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no such type");
  for (std::size_t n : sizes)
    check_scans<TestType>([](auto a, auto b) { return a + b; }, n);
}

TEST_CASE("scans keep the order of operands that do not commute") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const compose = [](auto f, auto g) {
    auto const m1 = f >> 16, c1 = f & 0xffffu, m2 = g >> 16, c2 = g & 0xffffu;
    return (((m2 * m1) & 0xffffu) << 16) | ((m2 * c1 + c2) & 0xffffu);
  };
  for (std::size_t n : {1ul, 17ul, 4097ul, 100003ul})
    check_scans<std::uint32_t>(compose, n);
}

TEST_CASE("scans larger than one allocation go over their pieces twice") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_memory_bytes = 70000;
    limits.max_groups = 3;
  });
  for (std::size_t n : {4096ul, 16384ul, 16385ul, 50001ul, 200003ul})
    check_scans<float>([](auto a, auto b) { return a + b; }, n);
}
