#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/shape.hpp>

#include <cstddef>

namespace tandem::cpu::detail {

/// rows[j * 256 + reversed(l)] = values[16 * l + j] for one reduction block of 1, 2, 4 or 8-byte elements,
/// where reversed(l) has the eight bits of l in the opposite order: neighbours l, l + s then stand 128 / s
/// apart, the left one first.
TANDEM_API void lanes_to_rows(void const* values, void* rows, std::size_t element_bytes) noexcept;

template <class T>
void lanes_to_rows(T const* values, T* rows) noexcept {
  lanes_to_rows(values, rows, sizeof(T));
}

} // namespace tandem::cpu::detail
