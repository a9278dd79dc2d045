#pragma once

#include <tandem/cpu/cache_line.hpp>

#include <cstddef>
#include <cstdint>

// Stores past the caches: from which size on, and what they wait for. They find no page of theirs translated, and wait
// for each; so a line of the page after next is asked for when a page is begun.

namespace tandem::cpu::detail {

/// Bytes of output that no cache keeps.
inline constexpr std::size_t beyond_caches = std::size_t{32} << 20;

inline constexpr std::size_t page_bytes = 4096, page_distance = 2 * page_bytes;

/// To be called before the store to each line of an output. Harmless past its end.
inline void ask_for_page_ahead(void const* to) noexcept {
  if (reinterpret_cast<std::uintptr_t>(to) % page_bytes == 0)
    prefetch(static_cast<char const*>(to) + page_distance, 1);
}

} // namespace tandem::cpu::detail
