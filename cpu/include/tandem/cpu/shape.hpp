#pragma once

#include <cstddef>

// The fixed shapes of docs/architecture.md. shaders/shape.h states the same numbers; a test compares them.

namespace tandem::cpu::shape {

inline constexpr std::size_t reduction_lanes = 256;
inline constexpr std::size_t reduction_rows = 16;
inline constexpr std::size_t reduction_block = reduction_lanes * reduction_rows;

constexpr std::size_t blocks_of(std::size_t n) noexcept {
  return n / reduction_block + (n % reduction_block != 0);
}

} // namespace tandem::cpu::shape
