#include <tandem/gpu/error.hpp>

#include <utility>

namespace tandem {

error::~error() = default;
no_device_error::~no_device_error() = default;

kernel_error::kernel_error(std::string const& what, std::string source, std::string log)
    : error(what + "\n" + log), source_(std::move(source)), log_(std::move(log)) {}
kernel_error::~kernel_error() = default;

namespace gpu {
namespace {

/// Vulkan's own name of a result; here rather than from Vulkan's headers, which a build without a GPU side
/// does not have.
char const* name_of_result(int result) noexcept {
  switch (result) {
  case 1:
    return "VK_NOT_READY";
  case 2:
    return "VK_TIMEOUT";
  case -1:
    return "VK_ERROR_OUT_OF_HOST_MEMORY";
  case -2:
    return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
  case -3:
    return "VK_ERROR_INITIALIZATION_FAILED";
  case -4:
    return "VK_ERROR_DEVICE_LOST";
  case -5:
    return "VK_ERROR_MEMORY_MAP_FAILED";
  case -6:
    return "VK_ERROR_LAYER_NOT_PRESENT";
  case -7:
    return "VK_ERROR_EXTENSION_NOT_PRESENT";
  case -8:
    return "VK_ERROR_FEATURE_NOT_PRESENT";
  case -9:
    return "VK_ERROR_INCOMPATIBLE_DRIVER";
  case -10:
    return "VK_ERROR_TOO_MANY_OBJECTS";
  case -12:
    return "VK_ERROR_FRAGMENTED_POOL";
  case -13:
    return "VK_ERROR_UNKNOWN";
  case -1000069000:
    return "VK_ERROR_OUT_OF_POOL_MEMORY";
  case -1000072003:
    return "VK_ERROR_INVALID_EXTERNAL_HANDLE";
  case -1000161000:
    return "VK_ERROR_FRAGMENTATION";
  case -1000174001:
    return "VK_ERROR_NOT_PERMITTED_KHR";
  case -1000257000:
    return "VK_ERROR_INVALID_OPAQUE_CAPTURE_ADDRESS";
  default:
    return nullptr;
  }
}

std::string describe(std::string const& operation, int result, std::size_t completed) {
  std::string text = operation + " failed with ";
  if (char const* const name = name_of_result(result))
    text += std::string{name} + " (" + std::to_string(result) + ")";
  else
    text += "VkResult " + std::to_string(result);
  if (completed != 0)
    text += " after " + std::to_string(completed) + " elements";
  return text;
}

} // namespace

error::error(std::string const& operation, int vk_result, std::size_t completed)
    : tandem::error(describe(operation, vk_result, completed)), operation_(operation), vk_result_(vk_result),
      completed_(completed) {}
error::~error() = default;

unsupported_error::unsupported_error(std::string const& missing, std::string const& device)
    : tandem::error("the device \"" + device + "\" cannot run this: " + missing), missing_(missing) {}
unsupported_error::~unsupported_error() = default;

} // namespace gpu
} // namespace tandem
