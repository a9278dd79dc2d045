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

/// By way of `room`, which holds n elements. Leaves `from` as it is.
template <class T, class Index>
void permute_through(execution const& how, T* data, Index const* from, std::size_t n, void* room) {
  constexpr std::size_t grain = 4096;
  T* const moved = static_cast<T*>(room);
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
  if constexpr (moved_safely<T>) {
    raw_buffer const room(n * sizeof(T), alignof(T));
    sorting::permute_through(how, data, from, n, room.data());
  } else {
    sorting::permute_in_place(data, from, n);
  }
}

/// The same for two arrays whose elements belong together: whatever memory either needs is there before anything of
/// them is moved.
template <class A, class B, class Index>
void permute_together(execution const& how, A* a, B* b, Index* from, std::size_t n) {
  if constexpr (moved_safely<A> && moved_safely<B>) {
    constexpr auto size = sizeof(A) > sizeof(B) ? sizeof(A) : sizeof(B);
    constexpr auto alignment = alignof(A) > alignof(B) ? alignof(A) : alignof(B);
    raw_buffer const room(n * size, alignment);
    sorting::permute_through(how, a, from, n, room.data());
    sorting::permute_through(how, b, from, n, room.data());
  } else {
    raw_buffer const room(n * sizeof(Index));
    auto* const again = static_cast<Index*>(room.data());
    for (std::size_t i = 0; i < n; ++i)
      again[i] = from[i];
    sorting::permute_in_place(a, from, n);
    sorting::permute_in_place(b, again, n);
  }
}

} // namespace tandem::cpu
