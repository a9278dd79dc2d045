// Every call to the driver fails once, at every place: a right result, or a typed error and host memory as it
// was; and the device works again afterwards, opened anew where it was lost.
#include <tandem/gpu.hpp>

#include "runtime/recorder.hpp"
#include "session.hpp"

#include <cstdlib>

#include <dlfcn.h>

using namespace tandem;
using gpu::detail::host_write;

namespace {

using arm_function = long (*)(long nth, int result, bool lasts);

/// The layer's switch; null where the layer is not loaded.
arm_function find_switch() {
  char const* const path = std::getenv("TANDEM_FAULT_LAYER");
  void* const layer = path == nullptr ? nullptr : ::dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  return layer == nullptr ? nullptr : reinterpret_cast<arm_function>(::dlsym(layer, "tandem_fault_arm"));
}

constexpr int out_of_host_memory = -1;
constexpr int out_of_device_memory = -2;
constexpr int device_lost = -4;

constexpr char const* doubling = R"(#version 460
layout(local_size_x = 64) in;
layout(binding = 0) readonly buffer In { uint values[]; };
layout(binding = 1) writeonly buffer Out { uint result[]; };
layout(push_constant) uniform Push { uint count; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < count)
    result[i] = values[i] * 2;
}
)";

constexpr char const* adding = R"(#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 64) in;
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Numbers { uint at[]; };
layout(push_constant) uniform Push { uvec2 from; uvec2 to; uint count; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < count)
    Numbers(to).at[i] = Numbers(from).at[i] + 7;
}
)";

struct push {
  std::uint64_t from;
  std::uint64_t to;
  std::uint32_t count;
  std::uint32_t padding = 0;
};

constexpr std::size_t element_count = 30000;

/// A life with a device: opening, user kernel, recording, transfers. True if every number was right.
bool live(gpu::detail::device_mask const& without, std::vector<std::uint32_t>& out) {
  auto const device = gpu::detail::open_masked("auto", without);
  std::vector<std::uint32_t> values(element_count);
  for (std::uint32_t i = 0; i < element_count; ++i)
    values[i] = i * 3;
  gpu::buffer<std::uint32_t> const in{device, values};
  gpu::buffer<std::uint32_t> const doubled{device, element_count};
  auto const kernel = gpu::kernel::from_glsl(device, doubling);
  auto const done = kernel.launch(gpu::threads{element_count}, in, doubled, std::uint32_t{element_count});
  done.wait();
  bool right = done.elapsed_ns() >= 0.0;
  auto const back = doubled.download();
  for (std::uint32_t i = 0; i < element_count; ++i)
    right = right && back[i] == i * 6;

  auto work = device.engine().record();
  auto const bytes = element_count * sizeof(std::uint32_t);
  work.dispatch(device.engine().pipeline_for(adding),
                push{work.input(values.data(), bytes), work.output(out.data(), bytes), element_count},
                (element_count + 63) / 64);
  work.run();
  for (std::uint32_t i = 0; i < element_count; ++i)
    right = right && out[i] == i * 3 + 7;
  return right;
}

void check_every_fault(arm_function arm, gpu::detail::device_mask const& without, int result, bool lasts) {
  constexpr long most_calls = 2000;
  long nth = 1;
  for (long seen = nth; nth <= most_calls; ++nth) {
    CAPTURE(nth, result, lasts);
    std::vector<std::uint32_t> out(element_count, 1);
    arm(nth, result, lasts);
    bool finished = false;
    try {
      bool const right = live(without, out);
      finished = true;
      CHECK(right);
    } catch (gpu::error const& failure) {
      CHECK(failure.vk_result() == result);
      CHECK(out == std::vector<std::uint32_t>(element_count, 1));
    }
    seen = arm(0, result, false);
    REQUIRE((finished || seen >= nth));
    if (seen < nth)
      break; // the call that should have failed was not reached: every place has been tried
  }
  CHECK(nth > 20);
  CHECK(nth < most_calls);
  std::vector<std::uint32_t> out(element_count);
  CHECK(live(without, out));
}

/// One case of the grid below; cases of their own, because a driver that compiles slowly takes a minute for
/// each.
void fail_everywhere(bool staged, int result) {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  auto const arm = find_switch();
  if (arm == nullptr)
    TANDEM_SKIP(
        "the fault layer is not loaded (VK_LAYER_PATH, VK_INSTANCE_LAYERS and TANDEM_FAULT_LAYER name it)");
  gpu::detail::device_mask const without{
      .unified_memory = staged, .host_import = staged, .push_descriptors = staged};
  check_every_fault(arm, without, result, result == device_lost);
}

} // namespace

TEST_CASE("host memory may run out at every call", "[slow]") {
  fail_everywhere(false, out_of_host_memory);
}
TEST_CASE("device memory may run out at every call", "[slow]") {
  fail_everywhere(false, out_of_device_memory);
}
TEST_CASE("the device may be lost at every call", "[slow]") {
  fail_everywhere(false, device_lost);
}
TEST_CASE("host memory may run out at every call, staged", "[slow]") {
  fail_everywhere(true, out_of_host_memory);
}
TEST_CASE("device memory may run out at every call, staged", "[slow]") {
  fail_everywhere(true, out_of_device_memory);
}
TEST_CASE("the device may be lost at every call, staged", "[slow]") {
  fail_everywhere(true, device_lost);
}

TEST_CASE("a lost device is replaced when it is asked for again") {
  tandem_test::gpu_session const session;
  if (!session)
    return;
  auto const arm = find_switch();
  if (arm == nullptr)
    TANDEM_SKIP(
        "the fault layer is not loaded (VK_LAYER_PATH, VK_INSTANCE_LAYERS and TANDEM_FAULT_LAYER name it)");
  auto const memory = session.engine().allocate(64);
  auto work = session.engine().record();
  work.fill(memory, 0, 64, 5);
  arm(1, device_lost, true);
  CHECK_THROWS_AS(work.run(), gpu::error);
  arm(0, device_lost, false);
  CHECK(session.device().lost());
  auto const again = gpu::device::open();
  CHECK_FALSE(again.lost());
  CHECK(again.engine().id() != session.engine().id());
  gpu::buffer<int> const buffer{again, std::vector<int>{1, 2, 3}};
  CHECK(buffer.download() == std::vector<int>{1, 2, 3});
}
