#include "sort/key_leaf.hpp"

#include "sort/key_kernels.hpp"

#include <hwy/contrib/sort/vqsort.h>

namespace tandem::cpu::sorting {
namespace {

template <class Key>
using rank_sort_function = void (*)(Key*, std::size_t);

template <class Key>
rank_sort_function<Key> rank_sort_for([[maybe_unused]] isa level) noexcept {
#if defined(__x86_64__)
  if (level == isa::v4)
    return &rank_sort_v4;
  if (level == isa::v3)
    return &rank_sort_v3;
#endif
  return &rank_sort_baseline;
}

template <class Key>
constexpr std::size_t rank_sort_up_to(isa level) noexcept {
  return level == isa::v4   ? rank_sort_limit
         : sizeof(Key) == 8 ? 24
                            : 40; // measured against vqsort's 400 ns a call
}

} // namespace

template <class Key>
key_kernels<Key> kernels_for([[maybe_unused]] isa level) noexcept {
  auto const rank_sort = rank_sort_for<Key>(level);
#if defined(__x86_64__)
  if (level == isa::v4)
    return {&partition_v4, rank_sort, rank_sort_up_to<Key>(level)};
  if (level == isa::v3)
    return {&partition_v3, rank_sort, rank_sort_up_to<Key>(level)};
#endif
  return {&partition_baseline, rank_sort, rank_sort_up_to<Key>(level)};
}

template <class Key>
void sort_leaf(isa level, Key* keys, std::size_t n) {
  if (n <= rank_sort_up_to<Key>(level))
    rank_sort_for<Key>(level)(keys, n);
  else
    hwy::Sorter{}(keys, n, hwy::SortAscending{});
}

template key_kernels<std::int32_t> kernels_for(isa) noexcept;
template key_kernels<std::uint32_t> kernels_for(isa) noexcept;
template key_kernels<std::int64_t> kernels_for(isa) noexcept;
template key_kernels<std::uint64_t> kernels_for(isa) noexcept;
template void sort_leaf(isa, std::int16_t*, std::size_t);
template void sort_leaf(isa, std::uint16_t*, std::size_t);
template void sort_leaf(isa, std::int32_t*, std::size_t);
template void sort_leaf(isa, std::uint32_t*, std::size_t);
template void sort_leaf(isa, std::int64_t*, std::size_t);
template void sort_leaf(isa, std::uint64_t*, std::size_t);

} // namespace tandem::cpu::sorting
