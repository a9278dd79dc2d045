#pragma once

#include <cstddef>
#include <cstdint>

// Stores past the caches find no page of theirs translated, and wait for each: so a line of the page after next is
// asked for when a page is begun.

namespace tandem::cpu::detail {

inline constexpr std::size_t page_bytes = 4096, page_distance = 2 * page_bytes;

/// To be called before the store to each line of an output. Harmless past its end.
inline void ask_for_page_ahead(void const* to) noexcept {
  if (reinterpret_cast<std::uintptr_t>(to) % page_bytes == 0)
    __builtin_prefetch(static_cast<char const*>(to) + page_distance);
}

} // namespace tandem::cpu::detail
