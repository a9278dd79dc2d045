// A 128-bit hash of bytes, for file names and checksums of our own cache files; not cryptographic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::gpu::detail {

struct content_hash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(content_hash const&, content_hash const&) = default;
};

content_hash hash_of(std::string_view bytes) noexcept;

/// 32 hexadecimal digits.
std::string text_of(content_hash const& hash);

} // namespace tandem::gpu::detail
