#pragma once

#include <tandem/cpu/isa.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu::sorting {

/// The kernels of `level` for one type of key.
template <class Key>
struct key_kernels {
  std::size_t (*partition)(Key* keys, std::size_t n, Key pivot);
  void (*rank_sort)(Key* keys, std::size_t n);
  std::size_t rank_sort_up_to; ///< from here on the vectorised quicksort's fixed cost is the smaller one
};

template <class Key>
key_kernels<Key> kernels_for(isa level) noexcept;

/// Sorts on the calling thread: by rank where few, else by Highway's vectorised quicksort. O(n log n), no
/// allocation.
template <class Key>
void sort_leaf(isa level, Key* keys, std::size_t n);

extern template key_kernels<std::int32_t> kernels_for(isa) noexcept;
extern template key_kernels<std::uint32_t> kernels_for(isa) noexcept;
extern template key_kernels<std::int64_t> kernels_for(isa) noexcept;
extern template key_kernels<std::uint64_t> kernels_for(isa) noexcept;
extern template void sort_leaf(isa, std::int16_t*, std::size_t);
extern template void sort_leaf(isa, std::uint16_t*, std::size_t);
extern template void sort_leaf(isa, std::int32_t*, std::size_t);
extern template void sort_leaf(isa, std::uint32_t*, std::size_t);
extern template void sort_leaf(isa, std::int64_t*, std::size_t);
extern template void sort_leaf(isa, std::uint64_t*, std::size_t);

} // namespace tandem::cpu::sorting
