// Buffers: every size and offset, on every path that host memory can take to the device and back.
#include <tandem/gpu/buffer.hpp>

#include "runtime/memory_sizes.hpp"
#include "runtime/recorder.hpp"
#include "session.hpp"

#include <numeric>
#include <thread>

using namespace tandem;
using tandem_test::gpu_session;

namespace {

constexpr gpu::detail::device_mask masks[] = {
    {},
    {.unified_memory = true},
    {.unified_memory = true, .coherent_memory = true},
    {.coherent_memory = true},
};

std::vector<std::uint32_t> numbers(std::size_t count, std::uint32_t seed) {
  std::vector<std::uint32_t> values(count);
  for (auto& value : values)
    value = seed = seed * 1664525U + 1013904223U;
  return values;
}

} // namespace

TEST_CASE("what goes into a buffer comes out") {
  auto const mask = GENERATE(range(0, 4));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  // Around the sizes of subgroups, groups and memory classes, and past one piece of a staged transfer.
  for (std::size_t const count : {0, 1, 3, 63, 64, 65, 255, 257, 1023, 4096, 65537, 2097152 + 1, 5000011}) {
    CAPTURE(mask, count);
    auto const values = numbers(count, 7);
    gpu::buffer<std::uint32_t> const buffer{session.device(), values};
    CHECK(buffer.size() == count);
    CHECK(buffer.size_bytes() == 4 * count);
    CHECK((count == 0 || buffer.address() % 256 == 0));
    CHECK(buffer.download() == values);
  }
}

TEST_CASE("parts of a buffer at any offset") {
  auto const mask = GENERATE(range(0, 4));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto expected = std::vector<unsigned char>(10007);
  gpu::buffer<unsigned char> const buffer{session.device(), expected};
  std::uint32_t seed = 1;
  for (int i = 0; i < 50; ++i) {
    seed = seed * 1664525U + 1013904223U;
    std::size_t const first = seed % expected.size();
    std::size_t const count = (seed >> 8) % (expected.size() - first + 1);
    std::vector<unsigned char> const part(count, static_cast<unsigned char>(i + 1));
    buffer.upload(part, first);
    std::copy(part.begin(), part.end(), expected.begin() + static_cast<std::ptrdiff_t>(first));
    std::vector<unsigned char> back(count);
    buffer.download(back, first);
    REQUIRE(back == part);
  }
  CHECK(buffer.download() == expected);
}

TEST_CASE("a range that does not fit is an error, and nothing is written") {
  gpu_session const session;
  if (!session)
    return;
  std::vector<int> const values{1, 2, 3, 4};
  gpu::buffer<int> const buffer{session.device(), values};
  std::vector<int> more(5, 9);
  CHECK_THROWS_AS(buffer.upload(more), std::invalid_argument);
  CHECK_THROWS_AS(buffer.upload(values, 1), std::invalid_argument);
  CHECK_THROWS_AS(buffer.upload(values, std::size_t(-1) / 4), std::invalid_argument);
  CHECK_THROWS_AS(buffer.download(more), std::invalid_argument);
  CHECK(more == std::vector<int>(5, 9));
  CHECK(buffer.download() == values);
  CHECK_THROWS_WITH(buffer.upload(more), Catch::Contains("20 bytes") && Catch::Contains("16 bytes"));
  gpu::memory const empty;
  CHECK_THROWS_AS(empty.upload(values.data(), 4), std::invalid_argument);
  CHECK_NOTHROW(empty.upload(nullptr, 0));
  CHECK_THROWS_AS(empty.owner(), std::invalid_argument);
  auto const too_large = session.device().info().limits.max_allocation_bytes + 1;
  CHECK_THROWS_AS(gpu::memory(session.device(), too_large), std::invalid_argument);
}

TEST_CASE("size classes waste at most a quarter and are multiples of 256") {
  using gpu::detail::size_class;
  CHECK(size_class(0) == 256);
  CHECK(size_class(1) == 256);
  for (std::uint64_t size = 1; size < (1ULL << 40); size += size / 7 + 1) {
    auto const rounded = size_class(size);
    CAPTURE(size, rounded);
    REQUIRE(rounded >= size);
    REQUIRE(rounded % 256 == 0);
    REQUIRE(rounded <= std::max<std::uint64_t>(256, size + size / 4 + 256));
    REQUIRE(size_class(rounded) == rounded);
  }
}

TEST_CASE("a steady loop of calls allocates nothing and makes no command buffers") {
  auto const mask = GENERATE(range(0, 4));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const values = numbers(300000, 3);
  std::vector<std::uint32_t> back(values.size());
  auto const round = [&] {
    gpu::buffer<std::uint32_t> const small{session.device(), 100};
    gpu::buffer<std::uint32_t> const large{session.device(), values};
    gpu::buffer<std::uint32_t> const copy{session.device(), values.size()};
    auto work = session.engine().record();
    work.copy(large.memory(), 0, copy.memory(), 0, large.size_bytes());
    work.run();
    copy.download(back);
  };
  for (int warm_up = 0; warm_up < 3; ++warm_up)
    round();
  auto const before = session.device().statistics();
  for (int i = 0; i < 50; ++i)
    round();
  auto const after = session.device().statistics();
  CHECK(back == values);
  CHECK(after.device_allocations == before.device_allocations);
  CHECK(after.device_bytes == before.device_bytes);
  CHECK(after.bytes_in_use == before.bytes_in_use);
  CHECK(after.command_buffers == before.command_buffers);
  CHECK(after.submissions > before.submissions);
}

TEST_CASE("unused memory goes back to the driver, used memory stays") {
  gpu_session const session{masks[1]};
  if (!session)
    return;
  auto const values = numbers(1000, 5);
  gpu::buffer<std::uint32_t> const kept{session.device(), values};
  { gpu::buffer<std::uint32_t> const large{session.device(), 16 << 20}; }
  auto const before = session.device().statistics();
  session.device().wait_idle();
  session.engine().trim();
  auto const after = session.device().statistics();
  CHECK(after.device_bytes <= before.device_bytes - (64ULL << 20));
  CHECK(after.bytes_in_use == before.bytes_in_use);
  CHECK(kept.download() == values);
}

TEST_CASE("threads that allocate, transfer and free at once do not meet") {
  auto const mask = GENERATE(range(0, 2));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (unsigned i = 0; i < 40; ++i) {
        auto const values = numbers(1 + (i * 977 + t * 131) % 30000, i * 31 + t);
        gpu::buffer<std::uint32_t> const buffer{session.device(), values};
        wrong[t] += buffer.download() != values;
      }
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(std::accumulate(wrong.begin(), wrong.end(), 0) == 0);
}
