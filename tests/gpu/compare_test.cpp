// Extrema and the best k by a traced comparator or key, structs and narrow elements included.
#include "engine_support.hpp"
#include "gpu_support.hpp"

#include <tandem/tandem.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

using namespace tandem_test;
using tandem::half;
using tandem::on_cpu;
using tandem::on_gpu;

namespace {

struct point {
  float x;
  std::uint8_t tag;
  std::int16_t y;
};
TANDEM_STRUCT(point, x, tag, y);

constexpr std::size_t sizes[] = {1, 2, 16, 17, 255, 4095, 4096, 4097, 20011, 70001};

constexpr auto by_square = [](auto a, auto b) { return a * a < b * b; };
constexpr auto size_of_number = [](auto x) { return tandem::abs(x); };

/// Few distinct values, so that many are best; never a NaN.
template <class T>
std::vector<T> few_values(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(static_cast<int>(random() % 41) - (std::is_signed_v<T> ? 20 : 0));
  return all;
}

template <class T>
bool same_bytes(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class R, class... Less>
void check_extremes(R const& in, Less const&... less) {
  CHECK(tandem::parallel_min_element(on_gpu, in, less...) ==
        tandem::parallel_min_element(on_cpu, in, less...));
  CHECK(tandem::parallel_max_element(on_gpu, in, less...) ==
        tandem::parallel_max_element(on_cpu, in, less...));
  CHECK(tandem::parallel_minmax_element(on_gpu, in, less...) ==
        tandem::parallel_minmax_element(on_cpu, in, less...));
}

/// What a stable sort, the greatest first, would begin with.
template <class T, class Less>
std::vector<T> first_of_sorted(std::vector<T> all, std::size_t k, Less const& less) {
  std::stable_sort(all.begin(), all.end(), [&](T const& a, T const& b) { return less(b, a); });
  all.resize(std::min(k, all.size()));
  return all;
}

template <class T>
void check_top_k(std::size_t n) {
  auto const in = few_values<T>(n, static_cast<unsigned>(n));
  // Values that compare equal differ in their bits: −x and x.
  for (std::size_t k :
       {std::size_t{0}, std::size_t{1}, std::size_t{10}, std::size_t{1024}, std::size_t{3000}, n}) {
    INFO("n = " << n << ", k = " << k);
    auto const wanted = first_of_sorted(in, k, by_square);
    CHECK(same_bytes(tandem::parallel_top_k(on_gpu, in, k, by_square), wanted));
    CHECK(same_bytes(tandem::parallel_top_k(on_cpu, in, k, by_square), wanted));
    CHECK(same_bytes(tandem::parallel_top_k(on_gpu, in, k, tandem::less{}, size_of_number), wanted));
    CHECK(same_bytes(tandem::parallel_top_k(on_cpu, in, k, tandem::less{}, size_of_number), wanted));
  }
}

} // namespace

TEMPLATE_TEST_CASE("extrema by a traced comparator or key: the first of equals, as on the CPU", "",
                   std::int32_t, float, std::int8_t, std::uint16_t, half) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes) {
    INFO("n = " << n);
    auto const in = few_values<TestType>(n, static_cast<unsigned>(n + 5));
    check_extremes(in, by_square);
    check_extremes(in, tandem::greater{}, [](auto x) { return x * TestType(3); });
    CHECK(tandem::parallel_min_element(on_gpu, in, by_square) ==
          static_cast<std::size_t>(
              std::min_element(in.begin(), in.end(), [](float a, float b) { return by_square(a, b); }) -
              in.begin()));
    if constexpr (std::is_integral_v<TestType>)
      check_extremes(in); // narrow ones too, in their natural order
  }
}

TEST_CASE("extrema of structs by what a lambda compares") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const less = [](auto const& a, auto const& b) { return a.x + a.tag < b.x + b.tag; };
  for (std::size_t n : sizes) {
    INFO("n = " << n);
    auto const bits = few_values<std::int32_t>(3 * n, 3);
    std::vector<point> in(n);
    for (std::size_t i = 0; i < n; ++i)
      in[i] = {static_cast<float>(bits[3 * i]), static_cast<std::uint8_t>(bits[3 * i + 1] + 20),
               static_cast<std::int16_t>(bits[3 * i + 2])};
    check_extremes(in, less);
    check_extremes(in, tandem::less{}, [](auto const& p) { return p.y * 2 - p.tag; });
    tandem::array<point> resident(n);
    std::copy(in.begin(), in.end(), resident.begin());
    check_extremes(resident, less);
  }
}

TEST_CASE("extrema with an index go piece by piece past the limits of the index and of a chunk") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 40000;
    limits.max_groups = 2;
    limits.max_indices = 12288;
  });
  static constinit gpu::kernel_site sites[2];
  auto const before = gpu::most_indices(device());
  REQUIRE(before == 12288);
  for (std::size_t n : {12287ul, 12288ul, 12289ul, 100003ul}) {
    INFO("n = " << n);
    auto const in = few_values<std::int32_t>(n, 4);
    auto const from = gpu::operand::of(in.data(), n);
    namespace detail = tandem::detail;
    using state = detail::extreme_state<std::int32_t, true>;
    detail::join_extremes<true, true, decltype(by_square) const> const join{&by_square};
    gpu::recording const& recorded = gpu::trace_also<state(state, state)>(
        gpu::trace<state(std::int32_t, std::uint32_t)>(detail::start_extreme<true>{}), join);
    auto const [least, greatest] =
        detail::search_extremes<std::int32_t, true>(device(), sites[0], recorded, from, n);
    CHECK(least == tandem::parallel_min_element(on_cpu, in, by_square));
    CHECK(greatest == tandem::parallel_max_element(on_cpu, in, by_square));
  }
}

TEMPLATE_TEST_CASE("the best k by a traced comparator or key are those of a stable sort", "", std::int32_t,
                   float) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : {1ul, 255ul, 4096ul, 4097ul, 70001ul})
    check_top_k<TestType>(n);
}

TEST_CASE("the best k by a comparator: 64-bit elements, and more elements than the device holds") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const before = [](auto a, auto b) { return b * b < a * a; };
  static constinit gpu::kernel_site sites[2];
  if (supports<std::int64_t>())
    for (std::size_t n : {2048ul, 2049ul, 50003ul}) {
      auto const in = few_values<std::int64_t>(n, 2);
      CHECK(
          same_bytes(tandem::parallel_top_k(on_gpu, in, 33, by_square), first_of_sorted(in, 33, by_square)));
    }
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_memory_bytes = 60000;
    limits.max_groups = 3;
  });
  auto const in = few_values<std::int32_t>(200003, 9);
  for (std::size_t k : {1ul, 100ul, 2048ul, 2049ul, 30000ul}) {
    INFO("k = " << k);
    std::vector<std::int32_t> best(k);
    gpu::top_k(device(), sites[0], gpu::trace<bool(std::int32_t, std::int32_t)>(before),
               gpu::operand::of(in.data(), in.size()), in.size(), k, best.data());
    CHECK(best == first_of_sorted(in, k, by_square));
  }
}
