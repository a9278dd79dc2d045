// Specialisation constants of a user's own shaders, and several launches in one submission.
#include <tandem/gpu.hpp>

#include "session.hpp"

#include <numeric>

using namespace tandem;
using tandem_test::gpu_session;

namespace {

constexpr gpu::detail::device_mask masks[] = {{}, {.unified_memory = true, .push_descriptors = true}};

constexpr char const* constants_shader = R"(#version 460
layout(local_size_x_id = 9, local_size_y = 1, local_size_z = 1) in;
layout(constant_id = 0) const uint tile = 16;
layout(constant_id = 3) const float scale = 0.5;
layout(constant_id = 4) const bool negative = false;
layout(constant_id = 7) const int offset = -3;
layout(binding = 0) buffer Out { float result[]; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  float x = float(tile) * scale + float(offset);
  result[i] = (negative ? -x : x) + float(gl_WorkGroupSize.x) * 1000.0;
})";

constexpr char const* add_one_shader = R"(#version 460
layout(local_size_x = 64) in;
layout(binding = 0) readonly buffer In { float from[]; };
layout(binding = 1) writeonly buffer Out { float to[]; };
layout(push_constant) uniform Push { uint count; float by; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < count)
    to[i] = from[(i + 1) % count] + by;
})";

/// The shader's result on the CPU.
std::vector<float> shifted(std::vector<float> const& from, float by) {
  std::vector<float> to(from.size());
  for (std::size_t i = 0; i < from.size(); ++i)
    to[i] = from[(i + 1) % from.size()] + by;
  return to;
}

float first_of(gpu::kernel const& kernel, gpu::buffer<float> const& out) {
  kernel.launch(gpu::groups{1}, out).wait();
  return out.download().front();
}

} // namespace

TEST_CASE("specialisation constants by id and by name, others as they were") {
  gpu_session const session;
  if (!session)
    return;
  auto const& device = session.device();
  gpu::buffer<float> const out{device, 256};
  auto const plain = gpu::kernel::from_glsl(device, constants_shader, "constants");
  auto const by_name = plain.specialised({{"tile", 64u}, {"negative", true}});
  CHECK(first_of(by_name, out) == -(64 * 0.5F - 3) + 1000.0F * static_cast<float>(plain.group_size().x));
  auto const by_id = by_name.specialised({{3, 2.0F}, {7, 5}, {4, false}});
  CHECK(first_of(by_id, out) == 64 * 2.0F + 5 + 1000.0F * static_cast<float>(plain.group_size().x));
  auto const zero = plain.specialised({{0, 0u}});
  CHECK(first_of(zero, out) == -3.0F + 1000.0F * static_cast<float>(plain.group_size().x));
  auto const wide = plain.specialised({{9, 32u}});
  CHECK(wide.group_size().x == 32);
  CHECK(first_of(wide, out) == 5.0F + 32000.0F);
}

TEST_CASE("a specialisation constant of the wrong type or name is refused with what there is") {
  gpu_session const session;
  if (!session)
    return;
  using Catch::Contains;
  auto const kernel = gpu::kernel::from_glsl(session.device(), constants_shader, "constants");
  CHECK_THROWS_AS(kernel.specialised({{"tile", 1.0F}}), std::invalid_argument);
  CHECK_THROWS_WITH(kernel.specialised({{"tile", 1.0F}}), Contains("constants") && Contains("'tile'") &&
                                                              Contains("std::uint32_t") && Contains("float"));
  CHECK_THROWS_WITH(kernel.specialised({{4, 1}}), Contains("bool") && Contains("std::int32_t"));
  CHECK_THROWS_WITH(kernel.specialised({{"tyle", 1u}}),
                    Contains("'tyle'") && Contains("'tile' (id 0, std::uint32_t)") && Contains("'scale'"));
  CHECK_THROWS_WITH(kernel.specialised({{1, 1u}}),
                    Contains("id 1") && Contains("'offset' (id 7, std::int32_t)"));
}

TEST_CASE("a batch runs dependent launches in order") {
  auto const mask = GENERATE(0, 1);
  gpu_session const session{masks[mask]};
  if (!session)
    return;
  auto const& device = session.device();
  auto const kernel = gpu::kernel::from_glsl(device, add_one_shader);
  std::vector<float> expected(3001);
  std::iota(expected.begin(), expected.end(), 0.0F);
  gpu::buffer<float> const a{device, expected};
  gpu::buffer<float> const b{device, expected.size()};
  gpu::buffer<float> const c{device, expected.size()};
  auto const n = static_cast<std::uint32_t>(expected.size());
  gpu::batch work(device);
  for (int round = 0; round < 2; ++round) { // the batch can be filled again
    for (int i = 0; i < 50; ++i) {
      float const by = static_cast<float>(i);
      work.launch(kernel, gpu::threads{n}, a, b, n, by).launch(kernel, gpu::threads{n}, b, a, n, 1.0F);
      expected = shifted(shifted(expected, by), 1.0F);
    }
    work.copy(a, c);
    work.launch(kernel, gpu::threads{n}, c, b, n, 0.5F);
    CHECK(work.size() == 102);
    auto const done = work.submit();
    CHECK(work.size() == 0);
    done.wait();
    CHECK(a.download() == expected);
    CHECK(c.download() == expected);
    CHECK(b.download() == shifted(expected, 0.5F));
  }
}

TEST_CASE("a batch orders kernels that reach memory by address") {
  gpu_session const session;
  if (!session)
    return;
  auto const& device = session.device();
  auto const twice = gpu::kernel::from_glsl(device, R"(#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 64) in;
layout(buffer_reference, std430) buffer Numbers { float e[]; };
layout(push_constant) uniform Push { uvec2 where; uint count; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < count)
    Numbers(where).e[i] *= 2.0;
})");
  gpu::buffer<float> const numbers{device, std::vector<float>(500, 1.0F)};
  struct {
    std::uint64_t where;
    std::uint32_t count;
  } const push{numbers.address(), 500};
  gpu::batch work(device);
  for (int i = 0; i < 10; ++i)
    work.launch(twice, gpu::threads{500}, push);
  work.submit().wait();
  CHECK(numbers.download() == std::vector<float>(500, 1024.0F));
}

TEST_CASE("a batch tells how long its steps took, and refuses what a launch refuses") {
  gpu_session const session;
  if (!session)
    return;
  auto const& device = session.device();
  auto const kernel = gpu::kernel::from_glsl(device, add_one_shader, "shift");
  gpu::buffer<float> const a{device, std::vector<float>(64, 0.0F)};
  gpu::buffer<float> const b{device, 64};
  gpu::batch work(device);
  work.launch(kernel, gpu::threads{64}, a, b, 64u, 1.0F).launch(kernel, gpu::threads{64}, b, a, 64u, 1.0F);
  using Catch::Contains;
  CHECK_THROWS_WITH(work.launch(kernel, gpu::threads{64}, a, b, 64, 1.0F),
                    Contains("shift") && Contains("'count'") && Contains("std::int32_t") &&
                        Contains("std::uint32_t"));
  CHECK_THROWS_AS(work.copy(a, gpu::buffer<float>{device, 63}), std::invalid_argument);
  CHECK(work.size() == 2);
  auto const done = work.submit();
  auto const steps = done.steps_ns();
  if (!device.info().features.timestamps)
    CHECK(steps.empty());
  else {
    REQUIRE(steps.size() == 2);
    CHECK(done.elapsed_ns() == steps[0] + steps[1]);
  }
  CHECK(a.download() == std::vector<float>(64, 2.0F));
  auto const nothing = work.submit();
  nothing.wait();
  CHECK(nothing.done());
}
