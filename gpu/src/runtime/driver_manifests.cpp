#include "driver_manifests.hpp"

#include "settings.hpp"

#include <array>
#include <filesystem>

namespace tandem::gpu::detail {

bool driver_installed() {
#if defined(__linux__)
  for (auto const* name : {"VK_DRIVER_FILES", "VK_ADD_DRIVER_FILES", "VK_ICD_FILENAMES"})
    if (!setting(name).empty())
      return true;
  constexpr std::array folders{"/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d",
                               "/usr/local/share/vulkan/icd.d", "/usr/local/etc/vulkan/icd.d"};
  for (auto const* folder : folders) {
    std::error_code unreadable;
    if (std::filesystem::directory_iterator(folder, unreadable) != std::filesystem::directory_iterator{})
      return true;
  }
  return false;
#else
  return true; // registered elsewhere; asking costs as much as loading
#endif
}

} // namespace tandem::gpu::detail
