#include "settings.hpp"

#include <tandem/gpu/device.hpp>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

namespace tandem::gpu {
namespace {

std::atomic<double> chosen_limit_s{-1}; // NOLINT: negative: not set

/// Negative when the environment says nothing.
double limit_of_environment() {
  static double const seconds = [] {
    auto const value = detail::setting("TANDEM_GPU_TIMEOUT");
    if (value.empty())
      return -1.0;
    char* end = nullptr;
    double const parsed = std::strtod(value.c_str(), &end);
    if (end != value.c_str() + value.size() || !(parsed >= 0))
      throw std::invalid_argument("TANDEM_GPU_TIMEOUT is '" + value +
                                  "'; valid values: a number of seconds, 0 for no limit");
    return parsed;
  }();
  return seconds;
}

std::mutex directory_mutex;
std::string chosen_directory; // NOLINT: guarded by directory_mutex

} // namespace

void set_cache_directory(std::string_view path) {
  std::lock_guard const lock{directory_mutex};
  chosen_directory = path;
}

void set_wait_limit(double seconds) {
  chosen_limit_s = seconds;
}

namespace detail {

double wait_limit_seconds(bool software) {
  constexpr double limit_of_hardware_s = 60;
  if (double const chosen = chosen_limit_s; chosen >= 0)
    return chosen;
  if (double const set = limit_of_environment(); set >= 0)
    return set;
  return software ? 0 : limit_of_hardware_s;
}

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
