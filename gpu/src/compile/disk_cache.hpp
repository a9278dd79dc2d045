// Entries kept on disk between processes: written whole or not at all, checked when read.
#pragma once

#include "content_hash.hpp"

#include <tandem/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tandem::gpu::detail {

enum class cache_result : unsigned char { hit, absent, damaged };

/// A folder of entries, each a file named by the hash of its key and holding the key, so that no two keys can
/// be mistaken for each other. Any number of threads and processes may read and write at once: a writer
/// writes a file of its own, syncs it and renames it.
class TANDEM_API disk_cache {
 public:
  /// `folder` is made at the first write. Empty: keeps nothing.
  explicit disk_cache(std::string folder) : folder_(std::move(folder)) {}

  /// Reads the entry of `key` into `value`. Anything but a whole, right entry is `damaged` and leaves `value`
  /// alone.
  cache_result read(std::string_view key, std::string& value) const;
  /// Writes an entry, replacing one that is there. False when it could not be (no room, no permission);
  /// nothing is left behind then.
  bool write(std::string_view key, std::string_view value) const noexcept;
  /// Removes an entry; for damaged ones.
  void remove(std::string_view key) const noexcept;
  /// True when the folder has no entry at all.
  bool empty() const noexcept;

  std::string path_of(std::string_view key) const;

 private:
  std::string folder_;
};

} // namespace tandem::gpu::detail
