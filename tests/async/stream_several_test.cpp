// One stream on the CPU and two Vulkan devices: lavapipe and SwiftShader in one process.
#include "stream_support.hpp"

#include "support/skip.hpp"

#include <tandem/gpu.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace tandem_test;
using tandem::run;

namespace {

/// A runtime with all devices that can be used.
std::unique_ptr<tandem::runtime> runtime_of_all() {
  std::string list;
  for (auto const& device : tandem::gpu::list_devices())
    if (device.usable())
      list += (list.empty() ? "" : ",") + std::to_string(device.index);
  return list.find(',') == std::string::npos
             ? nullptr
             : std::make_unique<tandem::runtime>(tandem::runtime_options{.device = list});
}

float number(std::uint64_t i) {
  return static_cast<float>(i % 4096) * 0.001f;
}
auto const curve = [](auto x) { return x * x + tandem::sqrt(x) - 0.5f; };

} // namespace

#define NEEDS_TWO(owner)                                                                                     \
  if (!owner)                                                                                                \
  TANDEM_SKIP_NO_GPU("there are not two Vulkan devices")

TEST_CASE("every device of a stream's runtime computes chunks of its own") {
  auto const owner = runtime_of_all();
  NEEDS_TWO(owner);
  for (bool const known : {false, true}) { // by the settings' list, then by what was found
    CAPTURE(known);
    std::vector<float> got;
    auto const report =
        run(tandem::generate(100 * 4096, number) | tandem::map(curve) | tandem::collect_into(got),
            {.chunk_bytes = 1 << 14, .where = tandem::target::gpu, .on_runtime = owner.get()});
    REQUIRE(report.devices.size() == 3);
    INFO(report.to_string());
    CHECK(report.devices[0].chunks == 0);
    CHECK(report.devices[1].name != report.devices[2].name);
    for (std::size_t const i : {1u, 2u}) {
      CHECK(report.devices[i].chunks > 0);
      CHECK(report.devices[i].most_at_once <= 2);
    }
    CHECK(report.devices[1].chunks + report.devices[2].chunks == report.chunks);
    REQUIRE(got.size() == 100 * 4096);
    for (std::size_t i = 0; i < got.size(); ++i)
      REQUIRE(got[i] == curve(number(i)));
  }
  std::uint64_t on_devices = 0;
  for (auto const& counter : owner->counters()) {
    CHECK(counter.where.find("CPU") == std::string::npos);
    on_devices += counter.calls;
  }
  CHECK(on_devices == 200);
}

TEST_CASE("a device that lacks an element type leaves its chunks to one that has it") {
  auto const owner = runtime_of_all();
  NEEDS_TWO(owner);
  std::vector<std::uint64_t> got;
  auto const report = run(tandem::generate(40 * 1024, [](std::uint64_t i) { return i << 33; }) |
                              tandem::map([](auto x) { return x * 3u + 1u; }) | tandem::collect_into(got),
                          {.chunk_bytes = 1 << 13, .where = tandem::target::gpu, .on_runtime = owner.get()});
  CHECK(report.chunks_on_gpu == report.chunks);
  REQUIRE(got.size() == 40 * 1024);
  for (std::size_t i = 0; i < got.size(); ++i)
    REQUIRE(got[i] == (std::uint64_t{i} << 33) * 3 + 1);
}
