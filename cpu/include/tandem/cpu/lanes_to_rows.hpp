#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/shape.hpp>

#include <cstddef>

// Lanes are runs of 16 consecutive elements. To work on lanes side by side in vectors, element j of each is
// brought into row j.

namespace tandem::cpu::detail {

/// rows[256·j + reversed(l)] = values[16·l + j] for a block of 4096 elements of 1, 2, 4 or 8 bytes.
/// reversed(l) has the eight bits of l backwards: neighbours l, l + s then stand 128 / s apart, the left one
/// first.
TANDEM_API void lanes_to_rows(void const* values, void* rows, std::size_t element_bytes) noexcept;

/// to[16·j + i] = from[16·i + j] for 256 elements of 1, 2, 4 or 8 bytes.
TANDEM_API void transpose_16(void const* from, void* to, std::size_t element_bytes) noexcept;

} // namespace tandem::cpu::detail
