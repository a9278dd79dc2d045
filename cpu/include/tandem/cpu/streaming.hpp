#pragma once

#include <tandem/config.hpp>

#include <cstddef>

// Stores that go past the caches: worth it only for output that no cache would keep.

namespace tandem::cpu {

/// Whether an output of this size, written once and not read on the way, is better stored past the caches.
TANDEM_API bool prefers_streaming(std::size_t output_bytes) noexcept;

/// memcpy with non-temporal stores. Other threads see them after streaming_fence() on this thread.
TANDEM_API void streaming_copy(void* to, void const* from, std::size_t size_bytes) noexcept;
TANDEM_API void streaming_fence() noexcept;

/// Bytes computed into a buffer in the first-level cache before they are streamed out.
inline constexpr std::size_t streaming_tile_bytes = 8192;

} // namespace tandem::cpu
