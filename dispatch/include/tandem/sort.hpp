#pragma once

#include <tandem/detail/sort.hpp>
#include <tandem/policy.hpp>

#include <cstdint>
#include <utility>

namespace tandem {

/// Sorts a range in place; equal elements in no particular order (but see below):
///
///     parallel_sort([policy,] range [, comp [, project]])
///
/// \param range    contiguous, of movable elements (move-only ones included)
/// \param comp     a strict weak order, called from several threads at once; default: tandem::less.
///                 tandem::less and greater and the std:: ones are known, and never called for arithmetic
///                 elements and strings
/// \param project  what of an element is compared. A projection to an arithmetic type under a known order is
///                 called once for each element, and the sort is then a stable radix sort
/// \throws what comp and project throw (the first). The range then holds all its elements, in some order; so
///         it does after a comparator that is no strict weak order.
///
/// Numbers in natural or reversed order, or by a traced projection, are sorted on a GPU too (a radix sort).
///
/// A generic lambda as comparator, elements of a type that GPUs have, no projection: runs on a GPU too (a merge sort), and is
/// the stable sort on every processor, so that elements that compare equal come in the same order wherever it runs.
///
/// Arithmetic elements: a quicksort with vector instructions, floats in IEEE totalOrder (−NaN < −inf … −0 <
/// +0 … +inf < +NaN), the result the same on any number of threads. Sorted and reversed ranges cost a
/// reading. O(n log n) in the worst case; O(log n) extra memory, but for strings (about 56 bytes a string,
/// and one string each) and projections (keys, positions and elements once more).
template <class First, class... Rest>
void parallel_sort(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::sort_range<detail::sort_name, false>(first, std::forward<Rest>(rest)...);
  else
    detail::sort_range<detail::sort_name, false>(automatic, std::forward<First>(first),
                                                 std::forward<Rest>(rest)...);
}

/// parallel_sort, by the name of its algorithm:
///
///     parallel_quicksort([policy,] range [, comp])
template <class First, class... Rest>
void parallel_quicksort(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::sort_range<detail::quicksort_name, false>(first, std::forward<Rest>(rest)...);
  else
    detail::sort_range<detail::quicksort_name, false>(automatic, std::forward<First>(first),
                                                      std::forward<Rest>(rest)...);
}

/// parallel_sort that keeps equal elements in order:
///
///     parallel_stable_sort([policy,] range [, comp [, project]])
///
/// Arithmetic elements and strings as parallel_sort does. Others by merging, with n elements of extra memory
/// where they are trivial to copy and at most 64 bytes, else n positions (4 bytes each) and n elements. The
/// result is unique, hence the same on any number of threads.
template <class First, class... Rest>
void parallel_stable_sort(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::sort_range<detail::stable_sort_name, true>(first, std::forward<Rest>(rest)...);
  else
    detail::sort_range<detail::stable_sort_name, true>(automatic, std::forward<First>(first),
                                                       std::forward<Rest>(rest)...);
}

/// Sorts `keys` stably and moves each of `values` along with its key:
///
///     parallel_sort_by_key([policy,] keys, values [, comp])
///
/// \throws std::invalid_argument if the sizes differ or the ranges overlap, before anything is written.
///
/// Arithmetic keys: a parallel radix sort, with one record of key and value an element of extra memory (8
/// bytes for keys and values of up to 4, else 16); values that are not of 4 or 8 trivially copyable bytes are
/// moved once, by the permutation.
template <class First, class... Rest>
void parallel_sort_by_key(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    detail::sort_by_key_of(first, std::forward<Rest>(rest)...);
  else
    detail::sort_by_key_of(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

/// The order in which `keys` would be sorted: keys[p[0]], keys[p[1]] … is sorted, equal keys by position.
/// Keys are not moved:
///
///     auto p = parallel_sort_permutation([policy,] keys [, comp])                   // a std::vector<std::size_t>
///     auto p = parallel_sort_permutation<std::uint32_t>([policy,] keys [, comp])    // half the memory
///
///
/// \throws std::invalid_argument if a 32-bit Index cannot number the keys.
template <class Index = std::size_t, class First, class... Rest>
auto parallel_sort_permutation(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return detail::sort_permutation_of<Index>(first, std::forward<Rest>(rest)...);
  else
    return detail::sort_permutation_of<Index>(automatic, std::forward<First>(first),
                                              std::forward<Rest>(rest)...);
}

} // namespace tandem
