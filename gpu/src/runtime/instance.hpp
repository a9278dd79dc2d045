// The process's one Vulkan instance and the physical devices it shows.
#pragma once

#include "vulkan.hpp"

#include <tandem/gpu/device.hpp>

#include <string>
#include <vector>

namespace tandem::gpu::detail {

struct found_device {
  vk::raii::PhysicalDevice physical;
  device_info info;
};

/// Every physical device, best first; opens the loader and the drivers at the first call. Empty when there is
/// none.
std::vector<found_device> const& found_devices();

/// What is known of a physical device without opening it. `refused` is filled in; `index` is not.
device_info describe_device(vk::raii::PhysicalDevice const& physical);

/// True if the device offers the extension.
bool has_extension(vk::raii::PhysicalDevice const& physical, std::string_view name);

/// The first queue family that does compute; VK_QUEUE_FAMILY_IGNORED without one.
std::uint32_t compute_family(vk::raii::PhysicalDevice const& physical);

} // namespace tandem::gpu::detail
