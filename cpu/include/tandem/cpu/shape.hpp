#pragma once

#include <cstddef>

// The fixed shapes of docs/architecture.md. shaders/shape.h states the same numbers; a test compares them.

namespace tandem::cpu::shape {

inline constexpr std::size_t reduction_lanes = 256;
inline constexpr std::size_t reduction_rows = 16;
inline constexpr std::size_t reduction_block = reduction_lanes * reduction_rows;

inline constexpr std::size_t scan_radix = 16; ///< elements a lane, lanes a group, groups a tile
inline constexpr std::size_t scan_lanes = scan_radix * scan_radix;
inline constexpr std::size_t scan_tile = scan_lanes * scan_radix;

constexpr std::size_t blocks_of(std::size_t n) noexcept {
  return n / reduction_block + (n % reduction_block != 0);
}

} // namespace tandem::cpu::shape
