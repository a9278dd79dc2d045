// What a physical device is and can do, and why tandem would refuse it.
#include "instance.hpp"

#include <cstdio>

namespace tandem::gpu::detail {
namespace {

std::string version_text(std::uint32_t version) {
  return std::to_string(VK_API_VERSION_MAJOR(version)) + "." + std::to_string(VK_API_VERSION_MINOR(version)) +
         "." + std::to_string(VK_API_VERSION_PATCH(version));
}

std::string vendor_name(std::uint32_t id) {
  switch (id) {
  case 0x10DE:
    return "NVIDIA";
  case 0x1002:
    return "AMD";
  case 0x8086:
    return "Intel";
  case 0x13B5:
    return "Arm";
  case 0x5143:
    return "Qualcomm";
  case 0x106B:
    return "Apple";
  case 0x1010:
    return "Imagination";
  case 0x1AE0:
    return "Google";
  case static_cast<std::uint32_t>(VK_VENDOR_ID_MESA):
    return "Mesa";
  default:
    char text[16];
    std::snprintf(text, sizeof text, "0x%04x", static_cast<unsigned>(id));
    return text;
  }
}

std::string uuid_text(vk::ArrayWrapper1D<std::uint8_t, VK_UUID_SIZE> const& uuid) {
  std::string text;
  for (std::size_t i = 0; i < VK_UUID_SIZE; ++i) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(uuid[i]));
    text += digits;
    if (i == 3 || i == 5 || i == 7 || i == 9)
      text += '-';
  }
  return text;
}

device_kind kind_of(vk::PhysicalDeviceType type) {
  switch (type) {
  case vk::PhysicalDeviceType::eDiscreteGpu:
    return device_kind::discrete;
  case vk::PhysicalDeviceType::eIntegratedGpu:
    return device_kind::integrated;
  case vk::PhysicalDeviceType::eVirtualGpu:
    return device_kind::virtualised;
  case vk::PhysicalDeviceType::eCpu:
    return device_kind::cpu;
  default:
    return device_kind::other;
  }
}

std::array<std::uint32_t, 3> three(vk::ArrayWrapper1D<std::uint32_t, 3> const& values) {
  return {values[0], values[1], values[2]};
}

void describe_limits(device_info& info, vk::raii::PhysicalDevice const& physical, bool has_subgroup_control) {
  auto const chain =
      physical.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceVulkan11Properties,
                              vk::PhysicalDeviceSubgroupSizeControlProperties,
                              vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>();
  auto const& limits = chain.get<vk::PhysicalDeviceProperties2>().properties.limits;
  auto const& v11 = chain.get<vk::PhysicalDeviceVulkan11Properties>();
  auto const& sizes = chain.get<vk::PhysicalDeviceSubgroupSizeControlProperties>();
  auto& out = info.limits;
  out.max_groups = three(limits.maxComputeWorkGroupCount);
  out.max_group_size = three(limits.maxComputeWorkGroupSize);
  out.max_group_invocations = limits.maxComputeWorkGroupInvocations;
  out.shared_memory_bytes = limits.maxComputeSharedMemorySize;
  out.push_constant_bytes = limits.maxPushConstantsSize;
  out.subgroup_size = v11.subgroupSize;
  out.min_subgroup_size = has_subgroup_control ? sizes.minSubgroupSize : v11.subgroupSize;
  out.max_subgroup_size = has_subgroup_control ? sizes.maxSubgroupSize : v11.subgroupSize;
  out.max_allocation_bytes = v11.maxMemoryAllocationSize;
  out.max_storage_buffer_bytes = limits.maxStorageBufferRange;
  out.timestamp_period_ns = static_cast<double>(limits.timestampPeriod);
  if (info.features.host_import)
    out.import_alignment_bytes =
        chain.get<vk::PhysicalDeviceExternalMemoryHostPropertiesEXT>().minImportedHostPointerAlignment;

  using bit = vk::SubgroupFeatureFlagBits;
  auto const in_compute = bool(v11.subgroupSupportedStages & vk::ShaderStageFlagBits::eCompute);
  info.features.subgroup_arithmetic = in_compute && bool(v11.subgroupSupportedOperations & bit::eArithmetic);
  info.features.subgroup_ballot = in_compute && bool(v11.subgroupSupportedOperations & bit::eBallot);
  info.features.subgroup_shuffle = in_compute && bool(v11.subgroupSupportedOperations & bit::eShuffle);
}

/// Fills the features in; returns what is missing of what tandem cannot do without.
std::string describe_features(device_info& info, vk::raii::PhysicalDevice const& physical,
                              bool has_subgroup_control) {
  auto const chain =
      physical
          .getFeatures2<vk::PhysicalDeviceFeatures2, vk::PhysicalDeviceVulkan11Features,
                        vk::PhysicalDeviceVulkan12Features, vk::PhysicalDeviceSubgroupSizeControlFeatures>();
  auto const& core = chain.get<vk::PhysicalDeviceFeatures2>().features;
  auto const& v11 = chain.get<vk::PhysicalDeviceVulkan11Features>();
  auto const& v12 = chain.get<vk::PhysicalDeviceVulkan12Features>();
  auto& out = info.features;
  out.int64 = core.shaderInt64;
  out.float64 = core.shaderFloat64;
  out.int16 = core.shaderInt16;
  out.float16 = v12.shaderFloat16;
  out.int8 = v12.shaderInt8;
  out.storage16 = v11.storageBuffer16BitAccess;
  out.storage8 = v12.storageBuffer8BitAccess;
  out.atomic_int64 = v12.shaderBufferInt64Atomics;
  out.full_subgroups =
      has_subgroup_control && chain.get<vk::PhysicalDeviceSubgroupSizeControlFeatures>().computeFullSubgroups;
  out.host_import = has_extension(physical, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
  out.push_descriptors = has_extension(physical, VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME);
  std::string missing;
  if (!v12.bufferDeviceAddress)
    missing += "it has no buffer device addresses; ";
  if (!v12.timelineSemaphore)
    missing += "it has no timeline semaphores; ";
  return missing;
}

bool has_unified_memory(vk::raii::PhysicalDevice const& physical, device_kind kind) {
  if (kind != device_kind::cpu && kind != device_kind::integrated)
    return false;
  using bit = vk::MemoryPropertyFlagBits;
  auto const wanted = bit::eDeviceLocal | bit::eHostVisible | bit::eHostCached;
  auto const properties = physical.getMemoryProperties();
  for (std::uint32_t i = 0; i < properties.memoryTypeCount; ++i)
    if ((properties.memoryTypes[i].propertyFlags & wanted) == wanted)
      return true;
  return false;
}

void describe_memory(device_info& info, vk::raii::PhysicalDevice const& physical) {
  auto const properties = physical.getMemoryProperties();
  for (std::uint32_t i = 0; i < properties.memoryHeapCount; ++i) {
    auto const& heap = properties.memoryHeaps[i];
    (heap.flags & vk::MemoryHeapFlagBits::eDeviceLocal ? info.device_memory_bytes
                                                       : info.shared_memory_bytes) += heap.size;
  }
  info.features.unified_memory = has_unified_memory(physical, info.kind);
}

} // namespace

bool has_extension(vk::raii::PhysicalDevice const& physical, std::string_view name) {
  for (auto const& extension : physical.enumerateDeviceExtensionProperties())
    if (name == extension.extensionName.data())
      return true;
  return false;
}

std::uint32_t compute_family(vk::raii::PhysicalDevice const& physical) {
  // A family with graphics comes first on every driver and is the best tested; a lone compute family is taken
  // only without one.
  auto const families = physical.getQueueFamilyProperties();
  for (std::uint32_t i = 0; i < families.size(); ++i)
    if (families[i].queueFlags & vk::QueueFlagBits::eCompute)
      return i;
  return VK_QUEUE_FAMILY_IGNORED;
}

device_info describe_device(vk::raii::PhysicalDevice const& physical) {
  device_info info;
  auto const properties = physical.getProperties();
  info.name = properties.deviceName.data();
  info.vendor = vendor_name(properties.vendorID);
  info.driver_version = std::to_string(properties.driverVersion);
  info.api_version = version_text(properties.apiVersion);
  info.kind = kind_of(properties.deviceType);
  describe_memory(info, physical);
  if (properties.apiVersion < VK_API_VERSION_1_2) {
    info.refused = "it has Vulkan " + info.api_version + ", tandem needs 1.2";
    info.uuid = uuid_text(properties.pipelineCacheUUID);
    return info;
  }
  auto const chain = physical.getProperties2<vk::PhysicalDeviceProperties2, vk::PhysicalDeviceIDProperties,
                                             vk::PhysicalDeviceDriverProperties>();
  auto const& driver = chain.get<vk::PhysicalDeviceDriverProperties>();
  info.uuid = uuid_text(chain.get<vk::PhysicalDeviceIDProperties>().deviceUUID);
  info.driver = driver.driverName.data();
  info.driver_version += std::string{" ("} + driver.driverInfo.data() + ")";
  if (driver.driverID == vk::DriverId::eMesaLlvmpipe)
    info.limits.max_loop_iterations =
        65535; // all loops of an invocation share one budget; past it they end silently
  bool const has_subgroup_control = properties.apiVersion >= VK_API_VERSION_1_3 ||
                                    has_extension(physical, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
  info.refused = describe_features(info, physical, has_subgroup_control);
  describe_limits(info, physical, has_subgroup_control);
  auto const family = compute_family(physical);
  if (family == VK_QUEUE_FAMILY_IGNORED)
    info.refused += "it has no compute queue; ";
  else
    info.features.timestamps = physical.getQueueFamilyProperties()[family].timestampValidBits != 0;
  if (!info.refused.empty())
    info.refused.erase(info.refused.size() - 2);
  return info;
}

} // namespace tandem::gpu::detail
