#include "context.hpp"

#include "../compile/kernel_cache.hpp"
#include "instance.hpp"

#include <algorithm>

namespace tandem::gpu::detail {
namespace {

constexpr std::uint32_t push_constant_bytes = 128; // what every device has

using feature_chain =
    vk::StructureChain<vk::DeviceCreateInfo, vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan11Features,
                       vk::PhysicalDeviceVulkan12Features, vk::PhysicalDeviceSubgroupSizeControlFeatures>;

/// What is enabled: the two features tandem needs, and of the others those that the device has.
void enable_features(feature_chain& chain, vk::raii::PhysicalDevice const& physical,
                     device_features const& has) {
  auto const offered = physical.getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan11Features,
                                             vk::PhysicalDeviceVulkan12Features>();
  auto const& offered12 = offered.get<vk::PhysicalDeviceVulkan12Features>();
  auto& core = chain.get<vk::PhysicalDeviceFeatures2>().features;
  core.shaderInt64 = has.int64;
  core.shaderFloat64 = has.float64;
  core.shaderInt16 = has.int16;
  chain.get<vk::PhysicalDeviceVulkan11Features>().storageBuffer16BitAccess = has.storage16;
  auto& v12 = chain.get<vk::PhysicalDeviceVulkan12Features>();
  v12.bufferDeviceAddress = true;
  v12.timelineSemaphore = true;
  v12.shaderFloat16 = has.float16;
  v12.shaderInt8 = has.int8;
  v12.storageBuffer8BitAccess = has.storage8;
  v12.shaderBufferInt64Atomics = has.atomic_int64;
  v12.scalarBlockLayout = offered12.scalarBlockLayout;
  v12.vulkanMemoryModel = offered12.vulkanMemoryModel;
  v12.vulkanMemoryModelDeviceScope = offered12.vulkanMemoryModelDeviceScope;
  v12.shaderSubgroupExtendedTypes = offered12.shaderSubgroupExtendedTypes;
  if (has.full_subgroups)
    chain.get<vk::PhysicalDeviceSubgroupSizeControlFeatures>().computeFullSubgroups = true;
  else
    chain.unlink<vk::PhysicalDeviceSubgroupSizeControlFeatures>();
}

std::vector<char const*> wanted_extensions(vk::raii::PhysicalDevice const& physical,
                                           device_features const& has) {
  std::vector<char const*> names;
  if (has.host_import)
    names.push_back(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  if (has.push_descriptors)
    names.push_back(VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME);
  if (has.full_subgroups && physical.getProperties().apiVersion < VK_API_VERSION_1_3)
    names.push_back(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
  if (has_extension(physical, "VK_KHR_portability_subset"))
    names.push_back("VK_KHR_portability_subset"); // must be enabled where it is offered
  return names;
}

vk::raii::Device open(vk::raii::PhysicalDevice const& physical, device_info const& info,
                      std::uint32_t family) {
  float const priority = 1.0F;
  vk::DeviceQueueCreateInfo const queue{{}, family, 1, &priority};
  auto const extensions = wanted_extensions(physical, info.features);
  feature_chain chain;
  enable_features(chain, physical, info.features);
  chain.get<vk::DeviceCreateInfo>().setQueueCreateInfos(queue).setPEnabledExtensionNames(extensions);
  return vulkan_call("vkCreateDevice", [&] {
    return vk::raii::Device{physical, chain.get<vk::DeviceCreateInfo>()};
  });
}

vk::raii::PipelineLayout make_layout(vk::raii::Device const& device) {
  vk::PushConstantRange const range{vk::ShaderStageFlagBits::eCompute, 0, push_constant_bytes};
  vk::PipelineLayoutCreateInfo info;
  info.setPushConstantRanges(range);
  return vulkan_call("vkCreatePipelineLayout", [&] { return vk::raii::PipelineLayout{device, info}; });
}

device_info masked(device_info info, device_mask const& without) {
  info.features.unified_memory &= !without.unified_memory;
  info.features.host_import &= !without.host_import;
  info.features.push_descriptors &= !without.push_descriptors;
  return info;
}

work_limits limits_of(device_info const& info) {
  work_limits limits;
  limits.max_groups = info.limits.max_groups[0];
  limits.max_memory_bytes = info.limits.max_allocation_bytes;
  limits.max_loop_iterations = info.limits.max_loop_iterations;
  return limits;
}

} // namespace

device_context::device_context(vk::raii::PhysicalDevice const& chosen, device_info const& description,
                               device_mask const& without)
    : physical(chosen), info(masked(description, without)), family(compute_family(physical)),
      device(open(physical, info, family)), layout(make_layout(device)),
      time(device, family, info.software(), counts),
      pool(device, physical, info, !without.coherent_memory, time, counts), limits(limits_of(info)) {
  kernels = std::make_unique<kernel_cache>(*this);
}

device_context::~device_context() {
  time.stop_waiter();
  try {
    device.waitIdle();
  } catch (vk::SystemError const&) { // a lost device has nothing left to wait for
  }
}

void device_context::retire(retired_kernel kernel) {
  std::lock_guard const lock{retired_mutex_};
  std::erase_if(retired_, [&](retired_kernel const& one) { return time.known_reached(one.last_use); });
  retired_.push_back(std::move(kernel));
}

std::unique_ptr<command_slot> device_context::take_slot() {
  {
    std::lock_guard const lock{slots_mutex_};
    if (!slots_.empty() && time.reached(slots_.front()->last_use)) {
      auto slot = std::move(slots_.front());
      slots_.pop_front();
      return slot;
    }
  }
  auto slot = std::make_unique<command_slot>();
  time.call("vkCreateCommandPool", [&] {
    slot->pool = vk::raii::CommandPool{device, {vk::CommandPoolCreateFlagBits::eTransient, family}};
  });
  time.call("vkAllocateCommandBuffers", [&] {
    vk::CommandBufferAllocateInfo const request{*slot->pool, vk::CommandBufferLevel::ePrimary, 1};
    slot->commands = std::move(vk::raii::CommandBuffers{device, request}.front());
  });
  ++counts.command_buffers;
  return slot;
}

void device_context::give_slot(std::unique_ptr<command_slot> slot) noexcept {
  std::lock_guard const lock{slots_mutex_};
  slots_.push_back(std::move(slot));
}

std::uint64_t device_context::timestamp_mask() const {
  auto const bits = physical.getQueueFamilyProperties()[family].timestampValidBits;
  return bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

vk::raii::QueryPool device_context::make_timestamps() {
  return time.call("vkCreateQueryPool", [&] {
    return vk::raii::QueryPool{device, {{}, vk::QueryType::eTimestamp, timestamps_per_recording}};
  });
}

} // namespace tandem::gpu::detail
