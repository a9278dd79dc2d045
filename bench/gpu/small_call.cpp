// What the runtime adds to a small GPU call: a warm call of 1,000 floats beside a bare Vulkan loop that
// submits an empty shader, recorded once, and waits for its fence; and the first call of a process, beside
// what the driver alone takes for the first pipeline and submission of the same kernel (software drivers
// compile it there, cached or not): `--driver`, a process of its own, for what a driver sets up once would
// else be counted for one side only. Run both twice for the first call with warm disk caches.
#include "compile/glsl.hpp"
#include "runtime/recorder.hpp"
#include "runtime/vulkan.hpp"

#include <tandem/gpu/device.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;

double microseconds_since(clock_type::time_point start) {
  return std::chrono::duration<double, std::micro>(clock_type::now() - start).count();
}

double median(std::vector<double> values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

constexpr char const* empty_shader = "#version 460\nlayout(local_size_x = 64) in;\nvoid main() {}\n";

constexpr char const* map_shader = R"(#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
layout(local_size_x = 256) in;
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Floats { float at[]; };
layout(push_constant) uniform Push { uvec2 from; uvec2 to; uint count; };
void main() {
  for (uint i = gl_GlobalInvocationID.x; i < count; i += gl_NumWorkGroups.x * 256)
    Floats(to).at[i] = Floats(from).at[i] * 2.0 + 1.0;
}
)";

struct map_push {
  std::uint64_t from;
  std::uint64_t to;
  std::uint32_t count;
  std::uint32_t padding = 0;
};

/// The bare peer: its own instance and device, nothing of tandem's runtime.
class bare_loop {
 public:
  explicit bare_loop(unsigned index)
      : instance_(loader_, make_info()), physical_(vk::raii::PhysicalDevices{instance_}.at(index)),
        device_(make_device()), queue_(device_, 0, 0), fence_(device_, vk::FenceCreateInfo{}),
        layout_(make_layout()), pool_(device_, {{}, 0}),
        commands_(std::move(
            vk::raii::CommandBuffers{device_, {*pool_, vk::CommandBufferLevel::ePrimary, 1}}.front())) {}

  /// One group of a kernel whose arguments are all zero: its loops end at once.
  void record(tandem::gpu::detail::spirv_code const& words) {
    pipeline_ = make_pipeline(words);
    commands_.begin(vk::CommandBufferBeginInfo{});
    commands_.bindPipeline(vk::PipelineBindPoint::eCompute, *pipeline_);
    commands_.pushConstants<map_push>(*layout_, vk::ShaderStageFlagBits::eCompute, 0, map_push{});
    commands_.dispatch(1, 1, 1);
    commands_.end();
  }

  void run() {
    vk::SubmitInfo info;
    info.setCommandBuffers(*commands_);
    queue_.submit(info, *fence_);
    if (device_.waitForFences(*fence_, true, ~0ULL) != vk::Result::eSuccess)
      throw tandem::gpu::error("vkWaitForFences", VK_TIMEOUT);
    device_.resetFences(*fence_);
  }

 private:
  static vk::InstanceCreateInfo make_info() {
    static vk::ApplicationInfo const application{"bare", 0, "bare", 0, VK_API_VERSION_1_2};
    return {{}, &application};
  }
  vk::raii::Device make_device() {
    float const priority = 1.0F;
    vk::DeviceQueueCreateInfo const queue{{}, 0, 1, &priority};
    vk::PhysicalDeviceVulkan12Features features;
    features.bufferDeviceAddress = true;
    return {physical_, vk::DeviceCreateInfo{{}, queue}.setPNext(&features)};
  }
  vk::raii::PipelineLayout make_layout() {
    vk::PushConstantRange const range{vk::ShaderStageFlagBits::eCompute, 0, sizeof(map_push)};
    return {device_, vk::PipelineLayoutCreateInfo{{}, {}, range}};
  }
  vk::raii::Pipeline make_pipeline(tandem::gpu::detail::spirv_code const& words) {
    vk::raii::ShaderModule const module{device_, {{}, words.size() * 4, words.data()}};
    return {device_, nullptr,
            vk::ComputePipelineCreateInfo{
                {}, {{}, vk::ShaderStageFlagBits::eCompute, *module, "main"}, *layout_}};
  }

  vk::raii::Context loader_;
  vk::raii::Instance instance_;
  vk::raii::PhysicalDevice physical_;
  vk::raii::Device device_;
  vk::raii::Queue queue_;
  vk::raii::Fence fence_;
  vk::raii::PipelineLayout layout_;
  vk::raii::Pipeline pipeline_{nullptr};
  vk::raii::CommandPool pool_;
  vk::raii::CommandBuffer commands_;
};

void map_once(tandem::gpu::detail::engine& engine, std::vector<float> const& in, std::vector<float>& out,
              tandem::gpu::detail::pipeline const& kernel) {
  auto work = engine.record();
  auto const bytes = in.size() * sizeof(float);
  auto const count = static_cast<std::uint32_t>(in.size());
  work.dispatch(kernel, map_push{work.input(in.data(), bytes), work.output(out.data(), bytes), count},
                (count + 1023) / 1024);
  work.run();
}

void empty_once(tandem::gpu::detail::engine& engine, tandem::gpu::detail::pipeline const& nothing) {
  auto work = engine.record();
  work.dispatch(nothing, nullptr, 0, 1);
  work.run();
}

double driver_first_us(unsigned index) {
  auto const words = tandem::gpu::detail::compile_glsl(map_shader, "map");
  bare_loop bare{index};
  auto const start = clock_type::now();
  bare.record(words);
  bare.run();
  return microseconds_since(start);
}

void run() {
  auto const before_open = clock_type::now();
  auto const device = tandem::gpu::device::open_default();
  double const open_us = microseconds_since(before_open);
  auto& engine = device.engine();
  std::vector<float> const in(1000, 1.5F);
  std::vector<float> out(in.size());

  auto const before_first = clock_type::now();
  map_once(engine, in, out, engine.pipeline_for(map_shader));
  double const first_us = microseconds_since(before_first);
  std::printf("device                 %s\n", device.info().name.c_str());
  std::printf("open                   %10.1f us\n", open_us);
  std::printf("first call             %10.1f us   (glslang runs: %llu)\n", first_us,
              static_cast<unsigned long long>(tandem::gpu::glslang_runs()));

  auto const& kernel = engine.pipeline_for(map_shader);
  bare_loop bare{device.info().index};
  bare.record(tandem::gpu::detail::compile_glsl(empty_shader, "empty"));
  std::vector<double> bare_us;
  std::vector<double> empty_us;
  std::vector<double> call_us;
  auto const& nothing = engine.pipeline_for(empty_shader);
  for (int i = 0; i < 4000; ++i) { // in turns, so that both meet the same machine
    auto start = clock_type::now();
    bare.run();
    bare_us.push_back(microseconds_since(start));
    start = clock_type::now();
    empty_once(engine, nothing);
    empty_us.push_back(microseconds_since(start));
    start = clock_type::now();
    map_once(engine, in, out, kernel);
    call_us.push_back(microseconds_since(start));
  }
  std::printf("bare submit and wait   %10.1f us\n", median(bare_us));
  std::printf("the same by tandem     %10.1f us   (%.2f x bare)\n", median(empty_us),
              median(empty_us) / median(bare_us));
  std::printf("warm call, 1000 floats %10.1f us   (%.2f x bare)\n", median(call_us),
              median(call_us) / median(bare_us));
}

} // namespace

int main(int count, char** values) {
  try {
    if (count > 1 && std::string_view{values[1]} == "--driver")
      std::printf("the driver alone       %10.1f us   (pipeline and first submission of that kernel)\n",
                  driver_first_us(0));
    else
      run();
  } catch (std::exception const& failure) {
    std::fprintf(stderr, "small_call: %s\n", failure.what());
    return 1;
  }
}
