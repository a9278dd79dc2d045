#pragma once

#include <cstddef>
#include <cstdint>
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

/// Puts the last of n elements where it belongs among the others, which are sorted. Where moving may throw,
/// by exchanges: nothing is then in the hands of a destructor.
template <class T, class Compare>
void insert_last(T* data, std::size_t n, Compare& comp) {
  std::size_t hole = n - 1;
  if constexpr (!std::is_nothrow_move_constructible_v<T> || !std::is_nothrow_move_assignable_v<T>) {
    using std::swap;
    for (; hole > 0 && comp(data[hole], data[hole - 1]); --hole)
      swap(data[hole], data[hole - 1]);
    return;
  }
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

/// 1 for true, as a number whose origin the compiler does not see: what is computed with it becomes no
/// branch, which would be mispredicted every other time.
inline std::size_t as_number(bool condition) noexcept {
  std::size_t number = condition ? 1 : 0;
#if defined(__GNUC__)
  asm("" : "+r"(number));
#endif
  return number;
}

/// a if `first` is 1, b if it is 0.
template <class T>
T const* chosen(std::size_t first, T const* a, T const* b) noexcept {
  auto const x = reinterpret_cast<std::uintptr_t>(a), y = reinterpret_cast<std::uintptr_t>(b);
  return reinterpret_cast<T const*>(y ^ ((x ^ y) & (std::uintptr_t{0} - first)));
}

/// Sorts four elements into raw memory by five comparisons of which none becomes a branch. Stable; a
/// permutation whatever the comparator returns.
template <class T, class Compare>
void sort_four(T const* from, T* to, Compare& comp) {
  auto const swap_low = as_number(comp(from[1], from[0]));
  auto const swap_high = as_number(comp(from[3], from[2]));
  T const* const a = from + swap_low; // a, b in order; c, d in order
  T const* const b = from + (1 - swap_low);
  T const* const c = from + (2 + swap_high);
  T const* const d = from + (3 - swap_high);
  auto const c_first = as_number(comp(*c, *a));
  auto const b_last = as_number(comp(*d, *b));
  T const* const left = chosen(c_first, a, chosen(b_last, c, b)); // the two in the middle, in their old order
  T const* const right = chosen(b_last, d, chosen(c_first, b, c));
  auto const exchange = as_number(comp(*right, *left));
  ::new (static_cast<void*>(to)) T(*chosen(c_first, c, a));
  ::new (static_cast<void*>(to + 1)) T(*chosen(exchange, right, left));
  ::new (static_cast<void*>(to + 2)) T(*chosen(exchange, left, right));
  ::new (static_cast<void*>(to + 3)) T(*chosen(b_last, b, d));
}

/// Puts two neighbours in order without a branch that depends on them. Stable.
template <class T, class Compare>
void order_neighbours(T* data, Compare& comp) {
  auto const exchange = as_number(comp(data[1], data[0]));
  T const first = *(data + exchange);
  T const second = *(data + (1 - exchange));
  data[0] = first;
  data[1] = second;
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
    auto const right_first = as_number(comp(*low_right, *low_left));
    ::new (static_cast<void*>(to + i)) T(*chosen(right_first, low_right, low_left));
    low_right += right_first;
    low_left += 1 - right_first;
    auto const left_last = as_number(comp(*high_right, *high_left));
    ::new (static_cast<void*>(to + 2 * half - 1 - i)) T(*chosen(left_last, high_left, high_right));
    high_left -= left_last;
    high_right -= 1 - left_last;
  }
  if (low_left != high_left + 1 || low_right != high_right + 1)
    copy_to(from, 2 * half, to);
}

/// Sorts n elements, four at least, into raw memory.
template <class T, class Compare>
void merge_few(T* from, std::size_t n, T* to, Compare& comp) {
  if (n < 8) {
    sort_four(from, to, comp);
    for (std::size_t sorted = 4; sorted < n; ++sorted) {
      copy_to(from + sorted, 1, to + sorted);
      insert_last(to, sorted + 1, comp);
    }
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
    if (n == 2)
      return order_neighbours(data, comp);
    if (n == 3) {
      order_neighbours(data, comp);
      order_neighbours(data + 1, comp);
      return order_neighbours(data, comp);
    }
    if (n >= 4) {
      scratch<T, small_sort_limit<T>>
          sorted; // the array itself is written once no comparison is left to throw
      merge_few(data, n, sorted.data(), comp);
      for (std::size_t i = 0; i < n; ++i)
        data[i] = sorted.data()[i]; // NOLINT(clang-analyzer-core.uninitialized.Assign)
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
