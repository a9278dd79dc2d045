#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace tandem::gpu::detail {

/// The pieces one after the other.
inline std::string join(std::initializer_list<std::string_view> pieces) {
  std::size_t length = 0;
  for (std::string_view piece : pieces)
    length += piece.size();
  std::string text;
  text.reserve(length);
  for (std::string_view piece : pieces)
    text.append(piece);
  return text;
}

} // namespace tandem::gpu::detail
