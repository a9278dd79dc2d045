#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

// Sorts for few elements, and the sort of last resort. Their promise is that of comparison_sort: whatever a
// comparator returns or throws, the array holds what it held before.

namespace tandem::cpu::sorting {

/// Types that may be duplicated for a moment at the cost of a few registers. (Not "trivially copyable", which
/// std::pair is not, for its assignment.)
template <class T>
inline constexpr bool
    copied_cheaply = std::is_trivially_copy_constructible_v<T>&& std::is_trivially_destructible_v<T>&&
                         std::is_nothrow_copy_assignable_v<T> &&
                     sizeof(T) <= 32;

template <class T>
inline constexpr std::size_t small_sort_limit = copied_cheaply<T> ? 32 : 16;

/// Room for elements that are copied in and forgotten.
template <class T, std::size_t Count>
struct scratch {
  alignas(T) unsigned char bytes[Count * sizeof(T)];
  T* data() noexcept { return reinterpret_cast<T*>(bytes); }
};

template <class T>
void copy_to(T const* from, std::size_t n, T* raw) noexcept {
  for (std::size_t i = 0; i < n; ++i)
    ::new (static_cast<void*>(raw + i)) T(from[i]);
}

/// Puts the last of n elements where it belongs among the others, which are sorted.
template <class T, class Compare>
void insert_last(T* data, std::size_t n, Compare& comp) {
  std::size_t hole = n - 1;
  if (!comp(data[hole], data[hole - 1]))
    return;
  struct filler { // puts the element back, also when a comparison throws
    T taken;
    T* gap;
    ~filler() { *gap = std::move(taken); }
  } held{std::move(data[hole]), data + hole};
  do {
    data[hole] = std::move(data[hole - 1]);
    held.gap = data + --hole;
  } while (hole > 0 && comp(held.taken, data[hole - 1]));
}

template <class T, class Compare>
void insertion_sort(T* data, std::size_t n, Compare& comp) {
  for (std::size_t sorted = 2; sorted <= n; ++sorted)
    insert_last(data, sorted, comp);
}

/// Merges from[0, half) and from[half, 2 half) into raw memory, from both ends at once and without a branch
/// that depends on the elements. A comparator that contradicts itself makes the ends miss each other: then
/// the elements are copied unmerged. Stable.
template <class T, class Compare>
void merge_halves(T const* from, std::size_t half, T* to, Compare& comp) {
  T const* low_left = from;
  T const* low_right = from + half;
  T const* high_left = from + half - 1;
  T const* high_right = from + 2 * half - 1;
  for (std::size_t i = 0; i < half; ++i) {
    bool const right_first = comp(*low_right, *low_left);
    ::new (static_cast<void*>(to + i)) T(*(right_first ? low_right : low_left));
    low_right += right_first ? 1 : 0;
    low_left += right_first ? 0 : 1;
    bool const left_last = comp(*high_right, *high_left);
    ::new (static_cast<void*>(to + 2 * half - 1 - i)) T(*(left_last ? high_left : high_right));
    high_left -= left_last ? 1 : 0;
    high_right -= left_last ? 0 : 1;
  }
  if (low_left != high_left + 1 || low_right != high_right + 1)
    copy_to(from, 2 * half, to);
}

/// Sorts n elements of scratch memory into `to`, by way of `other`. All three overlap in nothing.
template <class T, class Compare>
void merge_few(T* from, std::size_t n, T* to, Compare& comp) {
  if (n < 8) {
    copy_to(from, n, to);
    insertion_sort(to, n, comp);
    return;
  }
  std::size_t const half = n / 2;
  scratch<T, small_sort_limit<T>> sorted;
  merge_few(from, half, sorted.data(), comp);
  merge_few(from + half, half, sorted.data() + half, comp);
  merge_halves(sorted.data(), half, to, comp);
  if (n % 2 != 0) {
    copy_to(from + n - 1, 1, to + n - 1);
    insert_last(to, n, comp);
  }
}

/// Sorts up to small_sort_limit<T> elements; stable.
template <class T, class Compare>
void small_sort(T* data, std::size_t n, Compare& comp) {
  if constexpr (copied_cheaply<T>) {
    if (n >= 12) {
      scratch<T, small_sort_limit<T>>
          sorted; // the array itself is written once no comparison is left to throw
      merge_few(data, n, sorted.data(), comp);
      for (std::size_t i = 0; i < n; ++i)
        data[i] = sorted.data()[i];
      return;
    }
  }
  insertion_sort(data, n, comp);
}

/// J. W. J. Williams' sort, by exchanges: in place, O(n log n) always.
template <class T, class Compare>
void heap_sort(T* data, std::size_t n, Compare& comp) {
  using std::swap;
  auto const sift_down = [&](std::size_t parent, std::size_t size) {
    for (std::size_t child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && comp(data[child], data[child + 1]))
        ++child;
      if (!comp(data[parent], data[child]))
        return;
      swap(data[parent], data[child]);
      parent = child;
    }
  };
  for (std::size_t parent = n / 2; parent-- > 0;)
    sift_down(parent, n);
  for (std::size_t size = n; size > 1; --size) {
    swap(data[0], data[size - 1]);
    sift_down(0, size - 1);
  }
}

} // namespace tandem::cpu::sorting
