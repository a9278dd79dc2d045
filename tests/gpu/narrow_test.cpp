// Elements of one and two bytes: filters, partitions, counts, searches and histograms move and read parts of words.
#include "engine_support.hpp"
#include "gpu_support.hpp"

#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/unique.hpp>
#include <tandem/tandem.hpp>

#include <algorithm>
#include <vector>

using namespace tandem_test;
using tandem::half;
using tandem::on_cpu;
using tandem::on_gpu;

namespace {

constexpr std::size_t sizes[] = {0, 1, 2, 3, 4, 5, 255, 4095, 4096, 4097, 8193, 70001};

template <class T>
std::vector<T> any_bits(std::size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<T> all(n);
  for (T& each : all) {
    auto const bits = engine();
    std::memcpy(static_cast<void*>(&each), &bits, sizeof each);
  }
  return all;
}

/// Few distinct ones, so that neighbours are equal.
template <class T>
std::vector<T> few_distinct(std::size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<T> all(n);
  for (T& each : all)
    each = static_cast<T>(static_cast<int>(engine() % 3) - 1);
  return all;
}

template <class A, class B>
bool same_bytes(A const& a, B const& b) {
  return a.size() == b.size() &&
         (a.size() == 0 || std::memcmp(std::data(a), std::data(b), a.size() * sizeof(*std::data(a))) == 0);
}

template <class T>
constexpr auto above = [](auto x) { return x * 2 > T(20); };
constexpr auto keep_half = [](auto x) { return !(tandem::abs(x) < 1.5f); }; // a NaN is kept

template <class T>
auto predicate() {
  if constexpr (std::is_same_v<T, half>)
    return keep_half;
  else
    return above<T>;
}

/// All calls on `in` from element `first` on, so that ranges start inside of words.
template <class T>
void check_calls(std::vector<T> const& all, std::size_t first) {
  std::span<T const> const in = std::span(all).subspan(first);
  auto const n = in.size();
  auto const keep = predicate<T>();
  auto const kept = tandem::parallel_filter(on_cpu, in, keep);
  CHECK(same_bytes(tandem::parallel_filter(on_gpu, in, keep), kept));
  auto untouched = any_bits<T>(n + 2, 3), out = untouched;
  CHECK(tandem::parallel_filter(on_gpu, in, std::span(out).subspan(1, n), keep) == kept.size());
  CHECK(same_bytes(std::span(out).subspan(1, kept.size()), kept));
  CHECK(same_bytes(std::span(out).subspan(kept.size() + 1), std::span(untouched).subspan(kept.size() + 1)));
  CHECK(same_bytes(std::span(out).subspan(0, 1), std::span(untouched).subspan(0, 1)));

  CHECK(tandem::parallel_count(on_gpu, in, keep) == kept.size());
  CHECK(tandem::parallel_count(on_gpu, in, T(1)) == tandem::parallel_count(on_cpu, in, T(1)));
  CHECK(tandem::parallel_find_if(on_gpu, in, keep) == tandem::parallel_find_if(on_cpu, in, keep));
  CHECK(tandem::parallel_any_of(on_gpu, in, keep) == tandem::parallel_any_of(on_cpu, in, keep));
  CHECK(tandem::parallel_all_of(on_gpu, in, keep) == tandem::parallel_all_of(on_cpu, in, keep));

  auto parted = all, expected = all;
  CHECK(tandem::parallel_partition(on_gpu, std::span(parted).subspan(first), keep) == kept.size());
  tandem::parallel_partition(on_cpu, std::span(expected).subspan(first), keep);
  CHECK(same_bytes(parted, expected));
}

template <class T>
void check_unique(std::size_t n, std::size_t first) {
  auto on_device = few_distinct<T>(n + first, static_cast<unsigned>(n)), on_host = on_device;
  auto const a = tandem::parallel_unique(on_gpu, std::span(on_device).subspan(first));
  auto const b = tandem::parallel_unique(on_cpu, std::span(on_host).subspan(first));
  REQUIRE(a == b);
  CHECK(same_bytes(std::span(on_device).first(first + a), std::span(on_host).first(first + a)));
}

template <class T>
void check_histogram(std::vector<T> const& in) {
  std::vector<std::uint32_t> a(64, 1), b(64, 1);
  auto const bin = [](auto x) { return tandem::cast<std::int32_t>(x) / 3 + 5; };
  CHECK(tandem::parallel_histogram(on_gpu, in, a, bin) == tandem::parallel_histogram(on_cpu, in, b, bin));
  CHECK(a == b);
}

} // namespace

TEMPLATE_TEST_CASE("narrow elements are filtered, counted and searched with the CPU's bits", "", std::int8_t,
                   std::uint8_t, std::int16_t, std::uint16_t, half) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes)
    for (std::size_t first : {0u, 1u, 3u}) {
      INFO("n = " << n << " from " << first);
      check_calls(any_bits<TestType>(n + first, static_cast<unsigned>(n + 1)), first);
      check_unique<TestType>(n, first);
    }
}

TEMPLATE_TEST_CASE("histograms of narrow elements count what the CPU counts", "", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, half) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes) {
    INFO("n = " << n);
    auto in = any_bits<TestType>(n, 8);
    if constexpr (std::is_same_v<TestType, half>)
      for (half& x : in) // converting what no integer holds is nobody's business
        x = static_cast<float>(x.bits() % 400) / 2 - 30;
    check_histogram(in);
  }
}

TEMPLATE_TEST_CASE("arrays of narrow elements stay on the device", "", std::uint8_t, std::int16_t, half) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  auto const keep = predicate<TestType>();
  auto const from = any_bits<TestType>(30001, 5);
  tandem::array<TestType> in(from.size());
  std::copy(from.begin(), from.end(), in.begin());
  auto const kept = tandem::parallel_filter(on_gpu, in, keep);
  CHECK(kept.resident());
  CHECK(same_bytes(std::as_const(kept), tandem::parallel_filter(on_cpu, from, keep)));
  auto expected = from;
  CHECK(tandem::parallel_partition(on_gpu, in, keep) == tandem::parallel_partition(on_cpu, expected, keep));
  CHECK(in.resident());
  CHECK(same_bytes(std::as_const(in), expected));
}

TEST_CASE("flags are made unique and counted in histograms") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  tandem::array<bool> flags(10007);
  for (std::size_t i = 0; i < flags.size(); ++i)
    flags[i] = i % 7 < 3;
  std::vector<int> counts(2);
  CHECK(tandem::parallel_histogram(on_gpu, flags, counts, [](auto x) { return x; }) == 0);
  CHECK(counts == std::vector<int>{5717, 4290});
  CHECK(tandem::parallel_unique(on_gpu, flags) == 2860);
}

TEMPLATE_TEST_CASE("narrow elements cross chunk and dispatch boundaries", "", std::uint8_t, std::int16_t) {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 9000;
    limits.max_groups = 3;
  });
  static constinit gpu::kernel_site sites[5];
  auto const keep = predicate<TestType>();
  auto const trace = [&]() -> gpu::recording& { return gpu::trace<bool(TestType)>(keep); };
  for (std::size_t n : {4096ul, 12288ul, 50003ul}) {
    INFO("n = " << n);
    auto const in = any_bits<TestType>(n, 6);
    std::vector<TestType> wanted, out(n), parted(in);
    std::copy_if(in.begin(), in.end(), std::back_inserter(wanted), keep);
    std::stable_partition(parted.begin(), parted.end(), keep);
    auto const from = gpu::operand::of(in.data(), n), to = gpu::operand::of(out.data(), n);
    CHECK(gpu::filter(device(), sites[0], trace(), from, to, n) == wanted.size());
    CHECK(std::equal(wanted.begin(), wanted.end(), out.begin()));
    CHECK(gpu::count_if(device(), sites[1], trace(), from, n) == wanted.size());
    CHECK(gpu::partition(device(), sites[2], trace(), from, to, n) == wanted.size());
    CHECK(out == parted);
    gpu::memory resident(device(), n * sizeof(TestType) + 8);
    resident.upload(in.data(), n * sizeof(TestType), sizeof(TestType));
    auto const inside = gpu::operand::of<TestType>(resident, n, 1); // starts inside a word
    CHECK(gpu::partition(device(), sites[2], trace(), inside, inside, n) == wanted.size());
    resident.download(out.data(), n * sizeof(TestType), sizeof(TestType));
    CHECK(out == parted);
    auto runs = few_distinct<TestType>(n, 9), expected = runs;
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    auto const same = [](auto a, auto b) { return a == b; };
    CHECK(gpu::unique(device(), sites[3], gpu::trace<bool(TestType, TestType)>(same),
                      gpu::operand::of(runs.data(), n), n) == expected.size());
    CHECK(std::equal(expected.begin(), expected.end(), runs.begin()));
    std::vector<std::uint64_t> counts(256), plain(256);
    for (auto const x : in)
      ++plain[static_cast<std::size_t>(x) & 255];
    CHECK(gpu::histogram(device(), sites[4], gpu::trace<void(TestType)>([](auto x) { return x & 255; }), from,
                         n, counts) == 0);
    CHECK(counts == plain);
  }
}
