#pragma once

#include <tandem/runtime.hpp>

#include <filesystem>
#include <string>

namespace tandem::detail {

/// runtime_options completed from the environment and defaults, every value checked.
struct settings {
  unsigned threads = 0;
  std::string device;
  std::filesystem::path cache_dir;
  std::filesystem::path profile;
  std::filesystem::path trace; ///< empty: none
  bool frozen_cost = false;
  bool explain_to_clog = false;
};

/// Throws std::invalid_argument naming the setting, its value and what it may be.
settings resolve_settings(runtime_options const& options);

/// Why nothing can be kept under `folder`, for people; empty when all is well. Makes nothing: a folder that
/// does not exist is made when there is something to keep.
std::string trouble_with_folder(std::filesystem::path const& folder);

} // namespace tandem::detail
