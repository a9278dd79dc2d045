#pragma once

#include <tandem/decision.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace tandem::detail {

/// Raised whenever the meaning of a stored number changes; profiles of another version are not read.
inline constexpr int profile_model_version = 1;

/// The CPU as it names itself.
TANDEM_API std::string cpu_name();

/// What stored speeds depend on: CPU model, how many of its processors this process may use, model version.
TANDEM_API std::string cpu_key(unsigned threads);
/// UUID, driver and model version of a device.
TANDEM_API std::string device_key(device_profile const& device);

/// Calibrated profiles of this machine in one JSON file, shared by processes: read without a lock (replaced by rename, so
/// never torn), written under a lock file and merged, so that concurrent writers lose nothing of one another.
class TANDEM_API profile_store {
 public:
  explicit profile_store(std::filesystem::path file) : file_(std::move(file)) {}

  std::optional<cpu_profile> cpu(std::string const& key);
  std::optional<device_profile> device(std::string const& key);

  /// Throws tandem::error naming the file when it cannot be written.
  void save(std::string const& cpu_key, profile const& measured);

  /// Why the file was ignored, or empty. A damaged file counts as absent and is replaced at the next save.
  std::string const& warning() const noexcept { return warning_; }

 private:
  std::filesystem::path file_;
  std::string warning_;
};

} // namespace tandem::detail
