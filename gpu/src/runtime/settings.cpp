#include "settings.hpp"

#include <tandem/gpu/device.hpp>

#include <cstdlib>
#include <mutex>
#include <stdexcept>

namespace tandem::gpu {
namespace {

std::mutex directory_mutex;
std::string chosen_directory; // NOLINT: guarded by directory_mutex

} // namespace

void set_cache_directory(std::string_view path) {
  std::lock_guard const lock{directory_mutex};
  chosen_directory = path;
}

namespace detail {

std::string setting(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

bool flag_setting(char const* name) {
  auto const value = setting(name);
  if (value.empty() || value == "0")
    return false;
  if (value == "1")
    return true;
  throw std::invalid_argument(std::string{name} + " is '" + value + "'; valid values: 0, 1");
}

std::string cache_directory() {
  {
    std::lock_guard const lock{directory_mutex};
    if (!chosen_directory.empty())
      return chosen_directory;
  }
  if (auto path = setting("TANDEM_CACHE_DIR"); !path.empty())
    return path;
  if (auto const base = setting("XDG_CACHE_HOME"); !base.empty())
    return base + "/tandem";
  if (auto const home = setting("HOME"); !home.empty())
    return home + "/.cache/tandem";
  return {};
}

} // namespace detail
} // namespace tandem::gpu
