// gpu::filter, partition, unique, count_if and find_if against the standard algorithms.
#include "gpu_support.hpp"

#include "engine_support.hpp"

#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/unique.hpp>

#include <algorithm>
#include <memory>

using namespace tandem_test;

namespace {

constexpr std::size_t sizes[] = {0, 1, 2, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 8193, 65537, 300007};

std::vector<std::int32_t> numbers(std::size_t n, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<std::int32_t> all(n);
  for (auto& each : all)
    each = static_cast<std::int32_t>(engine() % 1000);
  return all;
}

void check_everything(std::size_t n, std::int32_t limit) {
  auto const in = numbers(n, static_cast<unsigned>(n + 7));
  auto const keep = [limit](auto x) { return x < limit; };
  static constinit gpu::kernel_site sites[4];
  auto const from = gpu::operand::of(in.data(), n);
  INFO("n = " << n << ", limit " << limit);

  std::vector<std::int32_t> wanted;
  std::copy_if(in.begin(), in.end(), std::back_inserter(wanted), keep);
  std::vector<std::int32_t> out(n, -1);
  std::size_t const kept = gpu::filter(device(), sites[0], gpu::trace<bool(std::int32_t)>(keep), from,
                                       gpu::operand::of(out.data(), n), n);
  REQUIRE(kept == wanted.size());
  CHECK(std::equal(wanted.begin(), wanted.end(), out.begin()));
  CHECK(
      std::all_of(out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(), [](int x) { return x == -1; }));

  CHECK(gpu::count_if(device(), sites[1], gpu::trace<bool(std::int32_t)>(keep), from, n) == wanted.size());

  std::vector<std::int32_t> parted(in);
  std::stable_partition(parted.begin(), parted.end(), keep);
  CHECK(gpu::partition(device(), sites[2], gpu::trace<bool(std::int32_t)>(keep), from,
                       gpu::operand::of(out.data(), n), n) == wanted.size());
  CHECK(out == parted);
  out = in;
  auto const both = gpu::operand::of(out.data(), n);
  CHECK(gpu::partition(device(), sites[2], gpu::trace<bool(std::int32_t)>(keep), both, both, n) ==
        wanted.size());
  CHECK(out == parted);

  auto const found = std::find_if(in.begin(), in.end(), keep);
  CHECK(gpu::find_if(device(), sites[3], gpu::trace<bool(std::int32_t)>(keep), from, n) ==
        static_cast<std::size_t>(found - in.begin()));
}

} // namespace

TEST_CASE("filter, partition, count and find agree with the standard ones") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes)
    for (std::int32_t limit : {0, 1, 500, 1000})
      check_everything(n, limit);
}

TEST_CASE("filter and its family cross chunk and dispatch boundaries") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 70000;
    limits.max_groups = 3;
  });
  for (std::size_t n : {4096ul, 12288ul, 16385ul, 100003ul})
    check_everything(n, 300);
}

TEST_CASE("filter says how much room it needs before it writes") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  auto const in = numbers(10000, 1);
  auto const keep = [](auto x) { return x < 500; };
  auto const kept = static_cast<std::size_t>(std::count_if(in.begin(), in.end(), keep));
  std::vector<std::int32_t> out(kept, -1);
  auto const from = gpu::operand::of(in.data(), in.size());
  CHECK(gpu::filter(device(), site, gpu::trace<bool(std::int32_t)>(keep), from,
                    gpu::operand::of(out.data(), kept), in.size()) == kept);
  std::fill(out.begin(), out.end(), -1);
  CHECK_THROWS_WITH(gpu::filter(device(), site, gpu::trace<bool(std::int32_t)>(keep), from,
                                gpu::operand::of(out.data(), kept - 1), in.size()),
                    Catch::Contains(std::to_string(kept)) && Catch::Contains(std::to_string(kept - 1)));
  CHECK(out[0] == -1);
}

TEST_CASE("filter between device memories") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  auto const in = numbers(50001, 2);
  auto const keep = [](auto x) { return x % 3 == 0; };
  gpu::memory from(device(), in.size() * 4), to(device(), in.size() * 4);
  from.upload(in.data(), in.size() * 4);
  std::size_t const kept = gpu::filter(device(), site, gpu::trace<bool(std::int32_t)>(keep),
                                       gpu::operand::of<std::int32_t>(from, in.size()),
                                       gpu::operand::of<std::int32_t>(to, in.size()), in.size());
  std::vector<std::int32_t> wanted;
  std::copy_if(in.begin(), in.end(), std::back_inserter(wanted), keep);
  std::vector<std::int32_t> out(kept);
  to.download(out.data(), kept * 4);
  CHECK(out == wanted);
}

namespace {

/// Equal neighbours are frequent; `same` need not be ==.
void check_unique(std::size_t n, std::int32_t divisor) {
  auto data = numbers(n, static_cast<unsigned>(n + 3));
  std::sort(data.begin() + static_cast<std::ptrdiff_t>(n / 3), data.end());
  auto const same = [divisor](auto a, auto b) { return a / divisor == b / divisor; };
  std::vector<std::int32_t> wanted;
  for (std::size_t i = 0; i < n; ++i)
    if (i == 0 || !same(data[i - 1], data[i]))
      wanted.push_back(data[i]);
  static constinit gpu::kernel_site site;
  INFO("n = " << n << ", divisor " << divisor);
  auto const resident = gpu::memory(device(), std::max<std::size_t>(n, 1) * 4);
  if (n != 0)
    resident.upload(data.data(), n * 4);
  auto on_device = resident;
  REQUIRE(gpu::unique(device(), site, gpu::trace<bool(std::int32_t, std::int32_t)>(same),
                      gpu::operand::of(data.data(), n), n) == wanted.size());
  CHECK(std::equal(wanted.begin(), wanted.end(), data.begin()));
  REQUIRE(gpu::unique(device(), site, gpu::trace<bool(std::int32_t, std::int32_t)>(same),
                      gpu::operand::of<std::int32_t>(on_device, n), n) == wanted.size());
  std::vector<std::int32_t> back(wanted.size());
  if (!back.empty())
    resident.download(back.data(), back.size() * 4);
  CHECK(back == wanted);
}

} // namespace

TEST_CASE("unique keeps the first of each run of equals") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  for (std::size_t n : sizes)
    for (std::int32_t divisor : {1, 3, 1000})
      check_unique(n, divisor);
  lowered_limits const lowered(device(), [](auto& limits) {
    limits.max_chunk_bytes = 70000;
    limits.max_groups = 3;
  });
  for (std::size_t n : {4096ul, 12288ul, 12289ul, 100003ul})
    for (std::int32_t divisor : {1, 5, 1000})
      check_unique(n, divisor);
}

TEST_CASE("partitions in device memory, in place, and larger than one piece") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  auto const keep = [](auto x) { return x % 3 == 0; };
  auto const in = numbers(50001, 4);
  auto wanted = in;
  auto const kept =
      static_cast<std::size_t>(std::stable_partition(wanted.begin(), wanted.end(), keep) - wanted.begin());
  for (bool const small_pieces : {false, true}) {
    lowered_limits const lowered(device(), [&](auto& limits) {
      if (small_pieces)
        limits.max_groups = 2;
    });
    gpu::memory data(device(), in.size() * 4);
    data.upload(in.data(), in.size() * 4);
    auto const both = gpu::operand::of<std::int32_t>(data, in.size());
    CHECK(gpu::partition(device(), site, gpu::trace<bool(std::int32_t)>(keep), both, both, in.size()) ==
          kept);
    std::vector<std::int32_t> out(in.size());
    data.download(out.data(), out.size() * 4);
    CHECK(out == wanted);
  }
}

TEST_CASE("flags are filtered and partitioned too") {
  if (!has_device())
    TANDEM_SKIP_NO_GPU(gpu::why_no_devices());
  static constinit gpu::kernel_site site;
  auto const is_set = [](auto x) { return x; };
  for (std::size_t n : {1ul, 3ul, 4ul, 5ul, 4097ul, 20001ul}) {
    auto const source = numbers(n + 1, 9);
    std::unique_ptr<bool[]> const in(new bool[n + 1]), out(new bool[n + 1]());
    for (std::size_t i = 0; i <= n; ++i)
      in[i] = source[i] < 500;
    auto const from = gpu::operand::of(in.get() + 1, n); // off the alignment of words
    auto const to = gpu::operand::of(out.get() + 1, n);
    auto const set = static_cast<std::size_t>(std::count(in.get() + 1, in.get() + n + 1, true));
    INFO("n = " << n);
    CHECK(gpu::filter(device(), site, gpu::trace<bool(bool)>(is_set), from, to, n) == set);
    CHECK(static_cast<std::size_t>(std::count(out.get(), out.get() + n + 1, true)) == set);
    CHECK(gpu::partition(device(), site, gpu::trace<bool(bool)>(is_set), from, from, n) == set);
    CHECK(std::all_of(in.get() + 1, in.get() + set + 1, [](bool x) { return x; }));
    CHECK(std::none_of(in.get() + set + 1, in.get() + n + 1, [](bool x) { return x; }));
  }
}
