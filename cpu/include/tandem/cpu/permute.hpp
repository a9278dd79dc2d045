#pragma once

#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/raw_buffer.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace tandem::cpu {

/// Whether permute may go by way of a second array: nothing can fail half-way.
template <class T>
inline constexpr bool moved_safely =
    std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_move_assignable_v<T>;

namespace sorting {

template <class T, class Index>
void permute_in_place(T* data, Index* from, std::size_t n) {
  using std::swap;
  for (std::size_t start = 0; start < n; ++start)
    for (std::size_t i = start; static_cast<std::size_t>(from[i]) != i;) {
      auto const source = static_cast<std::size_t>(from[i]);
      from[i] = static_cast<Index>(i);
      if (source == start)
        break;
      swap(data[i], data[source]);
      i = source;
    }
}

template <class T, class Index>
void permute_by_copy(execution const& how, T* data, Index const* from, std::size_t n) {
  constexpr std::size_t grain = 4096;
  raw_buffer room(n * sizeof(T), alignof(T));
  T* const moved = static_cast<T*>(room.data());
  for_ranges(how, n, grain, [=](std::size_t first, std::size_t last) {
    for (; first < last; ++first)
      ::new (static_cast<void*>(moved + first)) T(std::move(data[from[first]]));
  });
  for_ranges(how, n, grain, [=](std::size_t first, std::size_t last) {
    for (; first < last; ++first) {
      data[first] = std::move(moved[first]);
      moved[first].~T();
    }
  });
}

} // namespace sorting

/// Rearranges data[0, n) so that what is at from[i] comes to i; `from` is a permutation, and used up. Takes n
/// elements' worth of memory and all threads where moving T cannot throw, else works by swaps on the calling
/// thread. Throws std::bad_alloc before anything is moved.
template <class T, class Index>
void permute(execution const& how, T* data, Index* from, std::size_t n) {
  if constexpr (moved_safely<T>)
    sorting::permute_by_copy(how, data, from, n);
  else
    sorting::permute_in_place(data, from, n);
}

} // namespace tandem::cpu
