#include "settings.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <unistd.h>

namespace tandem::detail {
namespace {

constexpr unsigned most_threads = 4096;

std::string environment(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

std::string first_given(std::string const& option, char const* variable, char const* otherwise) {
  if (!option.empty())
    return option;
  auto const value = environment(variable);
  return value.empty() ? std::string{otherwise} : value;
}

[[noreturn]] void reject(char const* setting, std::string_view value, std::string_view valid) {
  throw std::invalid_argument(std::string{setting} + " is '" + std::string{value} +
                              "'; valid values: " + std::string{valid});
}

void require_one_of(char const* setting, std::string_view value,
                    std::initializer_list<std::string_view> valid) {
  std::string list;
  for (auto const& word : valid) {
    if (word == value)
      return;
    list += (list.empty() ? "" : ", ") + std::string{word};
  }
  reject(setting, value, list);
}

unsigned thread_count(unsigned option) {
  auto count = option;
  if (count == 0) {
    auto const value = environment("TANDEM_NUM_THREADS");
    if (value.empty())
      return 0;
    auto const [end, failed] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (failed != std::errc{} || end != value.data() + value.size() || count == 0)
      reject("TANDEM_NUM_THREADS", value, "1 to " + std::to_string(most_threads));
  }
  if (count > most_threads)
    reject("TANDEM_NUM_THREADS (runtime_options::threads)", std::to_string(count),
           "1 to " + std::to_string(most_threads));
  return count;
}

void require_timeout(double option) {
  if (!(option >= 0))
    reject("TANDEM_GPU_TIMEOUT (runtime_options::gpu_timeout_s)", std::to_string(option),
           "a number of seconds, 0 for the default");
  auto const value = environment("TANDEM_GPU_TIMEOUT");
  char* end = nullptr;
  if (auto const seconds = std::strtod(value.c_str(), &end);
      end != value.c_str() + value.size() || !(seconds >= 0))
    reject("TANDEM_GPU_TIMEOUT", value, "a number of seconds, 0 for no limit");
}

bool flag(char const* name) {
  auto const value = environment(name);
  if (value.empty())
    return false;
  require_one_of(name, value, {"0", "1"});
  return value == "1";
}

std::filesystem::path default_cache() {
  if (auto const xdg = environment("XDG_CACHE_HOME"); !xdg.empty())
    return std::filesystem::path{xdg} / "tandem";
  if (auto const home = environment("HOME"); !home.empty())
    return std::filesystem::path{home} / ".cache" / "tandem";
  return std::filesystem::temp_directory_path() / "tandem";
}

} // namespace

settings resolve_settings(runtime_options const& options) {
  settings resolved;
  resolved.threads = thread_count(options.threads);
  resolved.device = first_given(options.device, "TANDEM_DEVICE", "auto");
  auto const cache = first_given(options.cache_dir, "TANDEM_CACHE_DIR", "");
  resolved.cache_dir = cache.empty() ? default_cache() : std::filesystem::path{cache};
  auto const profile = first_given(options.profile, "TANDEM_PROFILE", "");
  resolved.profile = profile.empty() ? resolved.cache_dir / "profile.json" : std::filesystem::path{profile};
  resolved.trace = first_given(options.trace, "TANDEM_TRACE", "");
  auto const cost = first_given(options.cost, "TANDEM_COST", "learning");
  require_one_of("TANDEM_COST", cost, {"learning", "frozen"});
  resolved.frozen_cost = cost == "frozen";
  require_timeout(options.gpu_timeout_s);
  resolved.explain_to_clog = flag("TANDEM_EXPLAIN");
  static_cast<void>(flag("TANDEM_VALIDATION"));
  static_cast<void>(flag("TANDEM_REQUIRE_GPU"));
  if (auto const level = environment("TANDEM_ISA");
      !level.empty()) // loops read it where nothing may be thrown
    require_one_of("TANDEM_ISA", level, {"baseline", "v2", "v3", "v4"});
  return resolved;
}

std::string trouble_with_folder(std::filesystem::path const& folder) {
  auto const blame = [&](std::string const& why) {
    return "cache folder '" + folder.string() +
           "' cannot be used, so kernels are compiled again in every process: " + why;
  };
  std::error_code failure;
  auto existing = std::filesystem::absolute(folder, failure);
  while (!failure && !std::filesystem::exists(existing, failure) && existing.has_relative_path())
    existing = existing.parent_path();
  if (failure)
    return blame(failure.message());
  if (!std::filesystem::is_directory(existing, failure))
    return blame("'" + existing.string() + "' is not a folder");
  if (::access(existing.c_str(), W_OK | X_OK) != 0)
    return blame("'" + existing.string() + "': " + std::strerror(errno));
  return {};
}

} // namespace tandem::detail
