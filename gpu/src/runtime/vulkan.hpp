// The one place that includes Vulkan. The loader is opened at run time; nothing links against it.
#pragma once

#include <tandem/gpu/error.hpp>

#define VK_NO_PROTOTYPES
#define VULKAN_HPP_NO_SPACESHIP_OPERATOR
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#endif
#include <vulkan/vulkan_raii.hpp>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace tandem::gpu::detail {

/// Calls `body`; a failed Vulkan call in it becomes a gpu::error that names `operation`.
template <class Body>
decltype(auto) vulkan_call(char const* operation, Body&& body) {
  try {
    return body();
  } catch (vk::SystemError const& failure) {
    throw error(operation, failure.code().value());
  }
}

} // namespace tandem::gpu::detail
