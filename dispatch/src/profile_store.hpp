#pragma once

#include <tandem/decision.hpp>

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

namespace tandem::detail {

/// Raised whenever the meaning of a stored number changes; profiles of another version are not read.
inline constexpr int profile_model_version = 2;

/// The CPU as it names itself.
TANDEM_API std::string cpu_name();

/// What stored speeds depend on: CPU model, how many threads on which of its processors, version of tandem.
TANDEM_API std::string cpu_key(unsigned threads);
/// UUID, driver with its version, version of tandem.
TANDEM_API std::string device_key(device_profile const& device);

/// Calibrated profiles of this machine in one JSON file, shared by processes: read without a lock (replaced
/// by rename, so never torn), written under a lock file and merged, so that concurrent writers lose nothing
/// of one another.
class TANDEM_API profile_store {
 public:
  explicit profile_store(std::filesystem::path file) : file_(std::move(file)) {}

  std::optional<cpu_profile> cpu(std::string const& key);
  std::optional<device_profile> device(std::string const& key);

  /// Throws tandem::error naming the file when it cannot be written.
  void save(std::string const& cpu_key, profile const& measured);

  /// Why the file was ignored, or empty. A damaged file counts as absent and is replaced at the next save.
  std::string warning() const {
    std::lock_guard const lock{mutex_};
    return warning_;
  }

 private:
  void warn(std::string const& about) {
    std::lock_guard const lock{mutex_};
    if (!about.empty())
      warning_ = about;
  }

  std::filesystem::path file_;
  std::mutex mutable mutex_;
  std::string warning_;
};

} // namespace tandem::detail
