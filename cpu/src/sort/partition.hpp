#pragma once

#include <cstddef>
#include <cstdint>

// In-place partition of integers around a pivot, one kernel for each instruction set. The kernels live in translation
// units with their own target flags, so this header (and theirs) uses nothing that could leak an inline function
// compiled for a newer processor into the rest of the library: no standard algorithms, no templates with linkage.

namespace tandem::cpu::sorting {

/// Moves the keys below `pivot` to the front of keys[0, n) and the others behind them, in no particular order.
/// Returns how many are below. Reads and writes each key once or twice; no memory but the stack.
template <class Key>
using partition_function = std::size_t (*)(Key* keys, std::size_t n, Key pivot);

#define TANDEM_DECLARE_PARTITION(level)                                                                      \
  std::size_t partition_##level(std::int32_t* keys, std::size_t n, std::int32_t pivot);                      \
  std::size_t partition_##level(std::uint32_t* keys, std::size_t n, std::uint32_t pivot);                    \
  std::size_t partition_##level(std::int64_t* keys, std::size_t n, std::int64_t pivot);                      \
  std::size_t partition_##level(std::uint64_t* keys, std::size_t n, std::uint64_t pivot);

TANDEM_DECLARE_PARTITION(baseline)
#if defined(__x86_64__)
TANDEM_DECLARE_PARTITION(v3)
TANDEM_DECLARE_PARTITION(v4)
#endif
#undef TANDEM_DECLARE_PARTITION

} // namespace tandem::cpu::sorting
