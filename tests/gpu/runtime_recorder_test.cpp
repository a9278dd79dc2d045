// Recordings: inputs, outputs, dispatches and their order, from one thread and from several.
#include "runtime/recorder.hpp"
#include "session.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <numeric>
#include <thread>

using namespace tandem;
using gpu::detail::host_write;
using tandem_test::gpu_session;

namespace {

constexpr gpu::detail::device_mask masks[] = {
    {},
    {.host_import = true},
    {.unified_memory = true, .host_import = true},
    {.unified_memory = true, .host_import = true, .coherent_memory = true}};

constexpr char const* add_one = R"(#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 64) in;
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Numbers { uint at[]; };
layout(push_constant) uniform Push { uvec2 from; uvec2 to; uint count; uint add; };
void main() {
  for (uint i = gl_GlobalInvocationID.x; i < count; i += gl_NumWorkGroups.x * 64)
    Numbers(to).at[i] = Numbers(from).at[i] + add;
}
)";

struct push {
  std::uint64_t from;
  std::uint64_t to;
  std::uint32_t count;
  std::uint32_t add;
};

std::uint32_t groups_for(std::size_t count) {
  return static_cast<std::uint32_t>((count + 63) / 64);
}

std::vector<std::uint32_t> counting(std::size_t count) {
  std::vector<std::uint32_t> values(count);
  std::iota(values.begin(), values.end(), 1U);
  return values;
}

std::vector<std::uint32_t> plus(std::vector<std::uint32_t> values, std::uint32_t add) {
  for (auto& value : values)
    value += add;
  return values;
}

} // namespace

TEST_CASE("inputs reach the kernel and outputs come back, whichever way they travel") {
  auto const mask = GENERATE(range(0, 4));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const& kernel = session.engine().pipeline_for(add_one);
  for (std::size_t const count : {1, 7, 63, 65, 1023, 1025, 16384, 100003, 1000003})
    for (auto const how : {host_write::when_complete, host_write::direct}) {
      CAPTURE(mask, count, how == host_write::direct);
      auto const in = counting(count);
      std::vector<std::uint32_t> out(count + 2, 77); // the one before and the one after must stay
      auto const bytes = count * 4;
      auto work = session.engine().record();
      work.dispatch(kernel,
                    push{work.input(in.data(), bytes), work.output(out.data() + 1, bytes, how),
                         std::uint32_t(count), 5},
                    groups_for(count));
      work.run();
      REQUIRE(out.front() == 77);
      REQUIRE(out.back() == 77);
      REQUIRE(std::vector<std::uint32_t>(out.begin() + 1, out.end() - 1) == plus(in, 5));
    }
}

TEST_CASE("an empty input or output has no address, and an empty dispatch does nothing") {
  gpu_session const session;
  if (!session)
    return;
  auto const& kernel = session.engine().pipeline_for(add_one);
  auto work = session.engine().record();
  CHECK(work.input(nullptr, 0) == 0);
  CHECK(work.output(nullptr, 0) == 0);
  CHECK(work.input_output(nullptr, 0) == 0);
  work.dispatch(kernel, push{}, 0);
  CHECK_NOTHROW(work.run());
}

TEST_CASE("a range may be read and written in place") {
  auto const mask = GENERATE(range(0, 4));
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const& kernel = session.engine().pipeline_for(add_one);
  for (std::size_t const count : {1, 100, 4097, 70001}) {
    auto values = counting(count);
    auto work = session.engine().record();
    auto const both = work.input_output(values.data(), count * 4);
    for (int pass = 0; pass < 3; ++pass) {
      work.dispatch(kernel, push{both, both, std::uint32_t(count), 10}, groups_for(count));
      work.barrier();
    }
    work.run();
    CHECK(values == plus(counting(count), 30));
  }
}

TEST_CASE("host memory changes only when the work is waited for") {
  gpu_session const session{masks[2]};
  if (!session)
    return;
  auto const in = counting(50000);
  std::vector<std::uint32_t> out(in.size(), 9);
  auto work = session.engine().record();
  work.dispatch(session.engine().pipeline_for(add_one),
                push{work.input(in.data(), 200000), work.output(out.data(), 200000), 50000, 1},
                groups_for(50000));
  auto submitted = work.submit();
  session.engine().wait(submitted.when());
  CHECK(submitted.done());
  CHECK(out == std::vector<std::uint32_t>(in.size(), 9));
  submitted.wait();
  CHECK(out == plus(in, 1));
  SECTION("and not at all when the submission is dropped") {
    std::vector<std::uint32_t> never(in.size(), 9);
    {
      auto other = session.engine().record();
      other.dispatch(session.engine().pipeline_for(add_one),
                     push{other.input(in.data(), 200000), other.output(never.data(), 200000), 50000, 1},
                     groups_for(50000));
      auto const dropped = other.submit();
    }
    CHECK(never == std::vector<std::uint32_t>(in.size(), 9));
  }
}

TEST_CASE("submissions see what earlier ones wrote") {
  auto const mask = GENERATE(0, 2);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const& kernel = session.engine().pipeline_for(add_one);
  std::size_t const count = 20000;
  auto const memory = session.engine().allocate(count * 4);
  auto const start = counting(count);
  memory.upload(start.data(), count * 4);
  for (std::uint32_t step = 1; step <= 20; ++step) {
    auto work = session.engine().record();
    auto const at = work.address(memory);
    work.dispatch(kernel, push{at, at, std::uint32_t(count), step}, groups_for(count));
    work.submit();
  }
  std::vector<std::uint32_t> back(count);
  memory.download(back.data(), count * 4); // waits for the last use by itself
  CHECK(back == plus(start, 210));
}

TEST_CASE("copies and fills") {
  auto const mask = GENERATE(0, 2);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const from = session.engine().allocate(4000);
  auto const to = session.engine().allocate(4000);
  std::vector<unsigned char> bytes(4000);
  std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(0));
  from.upload(bytes.data(), bytes.size());
  auto work = session.engine().record();
  work.fill(to, 0, 4000, 0x01010101);
  work.barrier();
  work.copy(from, 3, to, 5, 1001);
  work.copy(from, 0, to, 0, 0);
  work.run();
  std::vector<unsigned char> expected(4000, 1);
  std::copy_n(bytes.begin() + 3, 1001, expected.begin() + 5);
  std::vector<unsigned char> back(4000);
  to.download(back.data(), back.size());
  CHECK(back == expected);
}

TEST_CASE("timestamps bracket the work") {
  gpu_session const session;
  if (!session)
    return;
  if (!session.device().info().features.timestamps)
    TANDEM_SKIP("the device has no timestamps");
  auto const in = counting(100000);
  auto const memory = session.engine().allocate(400000);
  memory.upload(in.data(), 400000);
  auto work = session.engine().record();
  auto const at = work.address(memory);
  for (int i = 0; i < 3; ++i) {
    work.timestamp();
    work.dispatch(session.engine().pipeline_for(add_one), push{at, at, 100000, 1}, groups_for(100000));
    work.barrier();
  }
  work.timestamp();
  auto submitted = work.submit();
  auto const intervals = submitted.intervals_ns();
  REQUIRE(intervals.size() == 3);
  for (double const interval : intervals)
    CHECK((interval >= 0.0 && interval < 1e10));
}

TEST_CASE("several threads record and submit at once") {
  auto const mask = GENERATE(0, 2);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (std::uint32_t i = 0; i < 25; ++i) {
        std::size_t const count = 1 + (t * 7919 + i * 104729) % 30000;
        auto const in = counting(count);
        std::vector<std::uint32_t> out(count);
        auto work = session.engine().record();
        work.dispatch(session.engine().pipeline_for(add_one),
                      push{work.input(in.data(), count * 4), work.output(out.data(), count * 4),
                           std::uint32_t(count), t + i},
                      groups_for(count));
        work.run();
        wrong += out != plus(in, t + i);
      }
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("callbacks run once their ticket is reached, earlier ones first") {
  gpu_session const session;
  if (!session)
    return;
  auto& engine = session.engine();
  auto const memory = engine.allocate(4096);
  std::mutex mutex;
  std::condition_variable all_done;
  std::vector<gpu::detail::ticket> order;
  std::vector<gpu::detail::ticket> tickets;
  for (std::uint32_t i = 0; i < 10; ++i) {
    auto work = engine.record();
    work.fill(memory, 0, 4096, i);
    tickets.push_back(work.submit().when());
  }
  for (auto at = tickets.rbegin(); at != tickets.rend(); ++at)
    engine.when_reached(*at, [&, when = *at] {
      std::lock_guard const lock{mutex};
      CHECK(engine.reached(when));
      order.push_back(when);
      all_done.notify_one();
    });
  std::unique_lock lock{mutex};
  all_done.wait(lock, [&] { return order.size() == tickets.size(); });
  CHECK(order.size() == 10);
}

TEST_CASE("memory of another device is refused") {
  gpu_session const session;
  gpu_session const other{masks[1]};
  if (!session || !other)
    return;
  auto const foreign = other.engine().allocate(256);
  auto work = session.engine().record();
  CHECK_THROWS_AS(work.address(foreign), std::invalid_argument);
  CHECK(session.engine().id() != other.engine().id());
}

TEST_CASE("the validation layer is heard") {
  gpu_session const session;
  if (!session)
    return;
  char const* const setting = std::getenv("TANDEM_VALIDATION");
  if (setting == nullptr || std::string_view{setting} != "1")
    TANDEM_SKIP("TANDEM_VALIDATION is not 1");
  auto const memory = session.engine().allocate(4096);
  auto work = session.engine().record();
  work.fill(memory, 2, 8, 1); // the offset must be a multiple of 4; software drivers do not mind
  auto const messages = gpu::take_validation_messages();
  REQUIRE(messages.size() == 1);
  CHECK_THAT(messages.front(), Catch::Contains("dstOffset"));
}
