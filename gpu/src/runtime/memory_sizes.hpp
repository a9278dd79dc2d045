// The sizes that requests for device memory are rounded up to.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace tandem::gpu::detail {

inline constexpr std::uint64_t memory_alignment_bytes = 256;

/// Multiples of 256 below 1 KiB, then four steps to each power of two.
constexpr std::uint64_t size_class(std::uint64_t size_bytes) noexcept {
  auto const size = std::max<std::uint64_t>(size_bytes, 1);
  auto const step = std::max<std::uint64_t>(memory_alignment_bytes, std::bit_floor(size - 1) / 4);
  return (size + step - 1) / step * step;
}

} // namespace tandem::gpu::detail
