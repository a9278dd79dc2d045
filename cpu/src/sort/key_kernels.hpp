#pragma once

#include <cstddef>
#include <cstdint>

// The inner loops of sorting integers, one set for each instruction set. They live in translation units with
// their own target flags, so this header (and theirs) uses nothing that could leak an inline function
// compiled for a newer processor into the rest of the library: no standard algorithms, no templates with
// linkage.

namespace tandem::cpu::sorting {

/// Up to how many keys rank_sort takes.
inline constexpr std::size_t rank_sort_limit = 64;

// partition_…: moves the keys below `pivot` to the front of keys[0, n) and the others behind them, in no
// particular order; returns how many are below. No memory but the stack. rank_sort_…: sorts n <=
// rank_sort_limit keys by counting, for each, how many go before it: n² comparisons, none of them a branch.
#define TANDEM_DECLARE_KEY_KERNELS(level)                                                                    \
  std::size_t partition_##level(std::int32_t* keys, std::size_t n, std::int32_t pivot);                      \
  std::size_t partition_##level(std::uint32_t* keys, std::size_t n, std::uint32_t pivot);                    \
  std::size_t partition_##level(std::int64_t* keys, std::size_t n, std::int64_t pivot);                      \
  std::size_t partition_##level(std::uint64_t* keys, std::size_t n, std::uint64_t pivot);                    \
  void rank_sort_##level(std::int16_t* keys, std::size_t n);                                                 \
  void rank_sort_##level(std::uint16_t* keys, std::size_t n);                                                \
  void rank_sort_##level(std::int32_t* keys, std::size_t n);                                                 \
  void rank_sort_##level(std::uint32_t* keys, std::size_t n);                                                \
  void rank_sort_##level(std::int64_t* keys, std::size_t n);                                                 \
  void rank_sort_##level(std::uint64_t* keys, std::size_t n);

TANDEM_DECLARE_KEY_KERNELS(baseline)
#if defined(__x86_64__)
TANDEM_DECLARE_KEY_KERNELS(v3)
TANDEM_DECLARE_KEY_KERNELS(v4)
#endif
#undef TANDEM_DECLARE_KEY_KERNELS

} // namespace tandem::cpu::sorting
