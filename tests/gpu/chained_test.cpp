// Passes whose workgroups wait for earlier ones, run on drivers where tandem itself would not: the same bits
// as the other way, and the way back when a tile gets stuck. The build gives lavapipe one thread, which runs
// workgroups in order.
#include "gpu_support.hpp"

#include <gpu/src/algorithms/chained.hpp>
#include <gpu/src/runtime/waiting_probe.hpp>

#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/gpu/sort.hpp>

#include <algorithm>
#include <numeric>
#include <span>

using namespace tandem_test;
namespace detail = tandem::gpu::detail;

namespace {

constexpr std::uint32_t none = 0xffffffffU;

/// Chained passes as a test wants them, for as long as this lives.
class forced {
 public:
  explicit forced(std::uint32_t stuck_tile = none, detail::ranking how = detail::ranking::by_device)
      : before_(detail::chained_so_far()) {
    bool const capped = device().info().limits.max_loop_iterations != 0;
    setting_.how = {stuck_tile == none ? (capped ? 20000U : 1U << 26) : 500U, stuck_tile};
    detail::force_chaining(&setting_);
    detail::force_ranking(how);
  }
  forced(forced const&) = delete;
  ~forced() {
    detail::force_chaining(nullptr);
    detail::force_ranking(detail::ranking::by_device);
  }

  std::uint64_t runs() const { return detail::chained_so_far().runs - before_.runs; }
  std::uint64_t stuck() const { return detail::chained_so_far().stuck - before_.stuck; }

 private:
  detail::forced_chaining setting_;
  detail::chained_counts before_;
};

template <class T>
std::vector<T> numbers(std::size_t n) {
  std::mt19937_64 engine(n);
  std::vector<T> all(n);
  for (T& each : all)
    if constexpr (std::is_floating_point_v<T>)
      each =
          static_cast<T>(static_cast<double>(engine()) / 1e19 - 0.7) * static_cast<T>(1 << (engine() % 16));
    else
      each = static_cast<T>(engine());
  return all;
}

/// Inclusive and exclusive sums, one after the other.
template <class T>
std::vector<T> sums(std::vector<T> const& in) {
  static constinit gpu::kernel_site site[2];
  std::size_t const n = in.size();
  std::vector<T> out(2 * n);
  T const init = T(3);
  auto const from = gpu::operand::of(in.data(), n);
  gpu::recording& recorded = gpu::trace<T(T, T)>([](auto a, auto b) { return a + b; });
  gpu::inclusive_scan(device(), site[0], recorded, from, gpu::operand::of(out.data(), n), n);
  gpu::exclusive_scan(device(), site[1], recorded, from, gpu::operand::of(out.data() + n, n), n, &init);
  return out;
}

/// To device memory, as chained filters do.
std::vector<std::uint32_t> kept(std::vector<std::uint32_t> const& in) {
  static constinit gpu::kernel_site site;
  gpu::memory room(device(), in.size() * 4);
  gpu::recording& recorded = gpu::trace<bool(std::uint32_t)>([](auto x) { return (x & 7u) < 3u; });
  std::vector<std::uint32_t> out(gpu::filter(device(), site, recorded, gpu::operand::of(in.data(), in.size()),
                                             gpu::operand::of<std::uint32_t>(room, in.size()), in.size()));
  room.download(out.data(), out.size() * 4);
  return out;
}

template <class T>
bool same_bits(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

struct sorted {
  std::vector<std::byte> keys;
  std::vector<std::uint64_t> values;
  std::vector<std::uint32_t> permutation;
  bool operator==(sorted const&) const = default;
};

/// By key with 8-byte values, and the permutation.
template <class T>
sorted sort_all(std::vector<T> keys, gpu::sort_order order) {
  std::size_t const n = keys.size();
  sorted result{{}, std::vector<std::uint64_t>(n), std::vector<std::uint32_t>(n)};
  std::iota(result.values.begin(), result.values.end(), std::uint64_t{1} << 40);
  gpu::radix_sort_permutation(device(), gpu::operand::of(keys.data(), n),
                              gpu::operand::of(result.permutation.data(), n), n, order);
  auto alone = keys;
  gpu::radix_sort(device(), gpu::operand::of(alone.data(), n), n, order);
  gpu::radix_sort_by_key(device(), gpu::operand::of(keys.data(), n),
                         gpu::operand::of(result.values.data(), n), 8, n, order);
  CHECK(same_bits(alone, keys));
  auto const bytes = std::as_bytes(std::span(keys));
  result.keys.assign(bytes.begin(), bytes.end());
  return result;
}

} // namespace

TEMPLATE_TEST_CASE("chained scans have the bits of the others", "", float, double, std::int32_t,
                   std::uint64_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  if (!supports<TestType>())
    TANDEM_SKIP("the device has no such type");
  for (std::size_t n : {4097ul, 70001ul, 1100001ul}) {
    auto const in = numbers<TestType>(n);
    auto const wanted = sums(in);
    forced const now;
    INFO("n = " << n);
    CHECK(same_bits(sums(in), wanted));
    CHECK(now.runs() == 2);
    CHECK(now.stuck() == 0);
  }
}

TEST_CASE("chained filters keep what the others keep") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {1ul, 4096ul, 300001ul}) {
    auto const in = numbers<std::uint32_t>(n);
    auto const wanted = kept(in);
    forced const now;
    CHECK(kept(in) == wanted);
    CHECK(now.runs() == 1);
  }
}

TEMPLATE_TEST_CASE("chained radix sorts give what the others give, ranked either way", "", std::uint32_t,
                   float, std::int64_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (auto order : {gpu::sort_order::ascending, gpu::sort_order::descending})
    for (std::size_t n : {2ul, 4097ul, 30011ul}) {
      std::vector<TestType> in(n);
      std::mt19937_64 engine(n);
      for (TestType& each : in)
        each = std::bit_cast<TestType>(
            static_cast<std::conditional_t<sizeof(TestType) == 4, std::uint32_t, std::uint64_t>>(
                engine() % 5 == 0 ? 7 : engine()));
      sorted const wanted = sort_all(in, order);
      for (auto how : {detail::ranking::narrow, detail::ranking::wide}) {
        INFO("n = " << n << (how == detail::ranking::wide ? ", ballots" : ""));
        {
          forced const now(none, how);
          CHECK(sort_all(in, order) == wanted);
          CHECK(now.runs() == 3);
        }
        detail::force_ranking(how); // and without chaining
        CHECK(sort_all(in, order) == wanted);
        detail::force_ranking(detail::ranking::by_device);
      }
    }
}

TEST_CASE("a tile that gets stuck costs time, not the result") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const in = numbers<std::uint32_t>(80001);
  auto const wanted_sums = sums(in);
  auto const wanted_kept = kept(in);
  auto const wanted_sorted = sort_all(in, gpu::sort_order::ascending);
  for (std::uint32_t tile : {0u, 3u, 18u}) {
    INFO("tile " << tile);
    forced const now(tile);
    CHECK(sums(in) == wanted_sums);
    CHECK(kept(in) == wanted_kept);
    CHECK(sort_all(in, gpu::sort_order::ascending) == wanted_sorted);
    CHECK(now.stuck() == 6);
    CHECK(now.runs() == 0);
  }
}

TEST_CASE("software devices run no chained passes, and the trial of a device is bounded") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto& engine = device().engine();
  if (device().info().software())
    CHECK_FALSE(detail::chained_on(engine).has_value());
  CHECK_FALSE(detail::try_waiting_groups(engine, 0)); // who never looks never sees
  if (device().info().limits.max_loop_iterations != 0)
    CHECK(detail::try_waiting_groups(engine, 20000)); // in order, on one thread
}
