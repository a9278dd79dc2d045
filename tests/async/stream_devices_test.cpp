// One stream on the CPU and a Vulkan device at once, and what becomes of it when the device fails in
// mid-stream. The device is software, admitted by TANDEM_DEVICE=gpu; faults come from the layer in
// tests/gpu/fault_layer.
#include "stream_support.hpp"

#include <catch2/catch.hpp>

#include "support/skip.hpp"

#include <tandem/gpu/error.hpp>

#include <cstdlib>
#include <thread>

#include <dlfcn.h>

using namespace tandem_test;
using tandem::run;

namespace {

using arm_function = long (*)(long nth, int result, bool lasts);
constexpr int out_of_device_memory = -2, device_lost = -4;

arm_function find_switch() {
  char const* const path = std::getenv("TANDEM_FAULT_LAYER");
  void* const layer = path ? ::dlopen(path, RTLD_NOW | RTLD_NOLOAD) : nullptr;
  return layer ? reinterpret_cast<arm_function>(::dlsym(layer, "tandem_fault_arm")) : nullptr;
}

// Costly enough that a software device is not left behind by the copies.
auto const costly = [](auto x) {
  return tandem::repeat(24u, x, [](auto, auto y) { return y * 0.5f + tandem::sin(y); });
};
auto const above = [](auto x) { return x > 0.25f; };

float number(std::uint64_t i) {
  return static_cast<float>(i % 4096) * 0.001f;
}

// What the stages above make of the first n numbers, as the CPU says.
std::vector<float> expected(std::size_t n) {
  std::vector<float> in(n), mapped(n);
  for (std::size_t i = 0; i < n; ++i)
    in[i] = number(i);
  tandem::parallel_map(tandem::on_cpu, in, mapped, costly);
  return tandem::parallel_filter(tandem::on_cpu, mapped, above);
}

// A runtime with a device of its own, for a lost one stays lost.
std::unique_ptr<tandem::runtime> device_runtime() {
  auto made = std::make_unique<tandem::runtime>(tandem::runtime_options{.device = "gpu"});
  try {
    if (!made->find_device().empty())
      return made;
  } catch (tandem::no_device_error const&) {
  }
  return nullptr;
}

// Numbers until `enough`, or for a minute at most.
auto endless(std::atomic<bool> const& enough, std::atomic<std::uint64_t>& made) {
  return tandem::generate([&, until = std::chrono::steady_clock::now() + 60s]() -> std::optional<float> {
    std::uint64_t const i = made.load();
    if (i % 8192 == 0 && (enough || std::chrono::steady_clock::now() > until))
      return std::nullopt;
    ++made;
    return number(i);
  });
}

} // namespace

TEST_CASE("the CPU and a GPU compute chunks at once, and the bits are the CPU's") {
  auto const owner = device_runtime();
  if (!owner)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  std::atomic<bool> enough{false};
  std::atomic<std::uint64_t> made{0};
  std::vector<float> got;
  auto const report =
      run(endless(enough, made) | tandem::map(costly) | tandem::filter(above) | tandem::collect_into(got),
          {.chunk_bytes = 1 << 15,
           .on_runtime = owner.get(),
           .progress = [&](tandem::stream_progress const& p) { enough = p.chunks_on_gpu >= 6; },
           .progress_interval = 1ms});
  REQUIRE(report.devices.size() == 2);
  auto const& [cpu, gpu] = std::tie(report.devices[0], report.devices[1]);
  INFO(report.to_string());
  CHECK(cpu.chunks > 0);
  CHECK(gpu.chunks >= 6);
  CHECK(gpu.kind == tandem::target::gpu);
  CHECK(gpu.name != "GPU");
  CHECK(cpu.chunks + gpu.chunks == report.chunks);
  CHECK(gpu.chunks == report.chunks_on_gpu);
  CHECK(cpu.items + gpu.items == made);
  CHECK(report.chunks_retried == 0);
  CHECK(got == expected(made));
}

TEST_CASE("two chunks are on the GPU at once: one is moved while another is computed") {
  auto const owner = device_runtime();
  if (!owner)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  std::vector<float> got;
  auto const report = run(tandem::generate(200000, number) | tandem::map(costly) | tandem::filter(above) |
                              tandem::collect_into(got),
                          {.chunk_bytes = 1 << 15, .where = tandem::target::gpu, .on_runtime = owner.get()});
  CHECK(report.chunks_on_gpu == report.chunks);
  CHECK(report.devices.at(0).chunks == 0);
  CHECK(report.devices.at(1).most_at_once == 2);
  CHECK(got == expected(200000));
}

TEST_CASE("a GPU that is lost in mid-stream leaves its chunks to the CPU") {
  auto const owner = device_runtime();
  if (!owner)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  auto const arm = find_switch(); // now that the layer has been loaded
  if (!arm)
    TANDEM_SKIP("the fault layer is not loaded");
  std::atomic<bool> enough{false};
  std::atomic<std::uint64_t> made{0}, lost_at{0};
  std::vector<float> got;
  auto const report =
      run(endless(enough, made) | tandem::map(costly) | tandem::filter(above) | tandem::collect_into(got),
          {.chunk_bytes = 1 << 15,
           .on_runtime = owner.get(),
           .progress =
               [&](tandem::stream_progress const& p) {
                 if (p.chunks_on_gpu >= 3 && lost_at == 0) {
                   lost_at = p.items_read;
                   arm(1, device_lost, true);
                 }
                 enough = lost_at != 0 && p.items_read > lost_at + 20 * 8192;
               },
           .progress_interval = 0ms});
  arm(0, device_lost, false);
  INFO(report.to_string());
  CHECK(lost_at != 0);
  CHECK(report.chunks_retried >= 1);
  CHECK(report.devices.at(1).note.find("LOST") != std::string::npos);
  CHECK(report.credits_returned == report.credits);
  CHECK(got == expected(made));
}

TEST_CASE("a lost device under on-GPU streams: fail, skip or retry, chunk by chunk") {
  if (!device_runtime())
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  auto const arm = find_switch();
  if (!arm)
    TANDEM_SKIP("the fault layer is not loaded");
  constexpr std::size_t n = 20 * 8192;
  for (auto const policy : {tandem::on_error::fail, tandem::on_error::skip, tandem::on_error::retry_on_cpu}) {
    auto const owner = device_runtime();
    REQUIRE(owner);
    std::vector<float> got;
    std::size_t chunks = 0;
    tandem::stream_report report;
    bool failed = false;
    try {
      report = run(tandem::generate(n, number) | tandem::map(costly) |
                       tandem::for_each_chunk([&](std::span<float const> chunk) {
                         got.insert(got.end(), chunk.begin(), chunk.end());
                         if (++chunks == 4)
                           arm(1, device_lost, true);
                       }),
                   {.chunk_bytes = 1 << 15,
                    .errors = policy,
                    .where = tandem::target::gpu,
                    .on_runtime = owner.get()});
    } catch (tandem::stream_error const& e) {
      failed = true;
      report = e.report();
      CHECK(e.stage() == "map");
      CHECK_THROWS_AS(std::rethrow_exception(e.cause()), tandem::gpu::error);
    }
    arm(0, device_lost, false);
    std::vector<float> all(n);
    for (std::size_t i = 0; i < n; ++i)
      all[i] = costly(number(i));
    CHECK(report.credits_returned == report.credits);
    CHECK(failed == (policy == tandem::on_error::fail));
    CHECK((report.chunks_skipped > 0) == (policy == tandem::on_error::skip));
    CHECK((report.chunks_retried > 0) == (policy == tandem::on_error::retry_on_cpu));
    if (policy == tandem::on_error::retry_on_cpu) {
      CHECK(got == all);
    } else {
      CHECK(got.size() < n); // what did arrive is right, and whole chunks
      CHECK(got.size() % 8192 == 0);
      CHECK(std::equal(got.begin(), got.end(), all.begin()));
    }
    CHECK(tandem::detail::staging_buffer::alive() == 0);
  }
}

TEST_CASE("memory that runs out at any call of the driver costs a chunk its GPU, not its result") {
  auto const owner = device_runtime();
  if (!owner)
    TANDEM_SKIP_NO_GPU("no Vulkan device");
  auto const arm = find_switch(); // now that the layer has been loaded
  if (!arm)
    TANDEM_SKIP("the fault layer is not loaded");
  auto const all = expected(3 * 8192);
  std::uint64_t retried = 0;
  long nth = 1;
  for (bool reached = true; reached && nth < 500; nth += 1 + nth / 8) {
    std::vector<float> got;
    arm(nth, out_of_device_memory, false);
    auto const report = run(tandem::generate(3 * 8192, number) | tandem::map(costly) | tandem::filter(above) |
                                tandem::collect_into(got),
                            {.chunk_bytes = 1 << 15,
                             .errors = tandem::on_error::retry_on_cpu,
                             .where = tandem::target::gpu,
                             .on_runtime = owner.get()});
    reached = arm(0, out_of_device_memory, false) >= nth;
    retried += report.chunks_retried;
    CAPTURE(nth);
    REQUIRE(got == all);
    REQUIRE(report.credits_returned == report.credits);
  }
  CHECK(nth > 5);
  CHECK(retried > 0);
}
