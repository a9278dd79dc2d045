#pragma once

#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/parallel_partition.hpp>
#include <tandem/cpu/small_sort.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace tandem::cpu {
namespace sorting {

/// Pattern-defeating quicksort (O. Peters, 2021; sentinel-free here) with a branch-free partition for small
/// trivial types, on all threads.
///
/// Elements are only ever exchanged, or copied while their original stays put: whatever a comparator returns
/// or throws, the array holds the elements it held before. Every loop is bounded by positions, none by a
/// comparison.
template <class T, class Compare>
class comparison_quicksort {
 public:
  comparison_quicksort(execution const& how, T* data, std::size_t n, Compare& comp)
      : how_(how), comp_(comp), threads_(how.workers == nullptr ? 1 : how.workers->threads()),
        leaf_(n / (16 * threads_) < least_leaf ? least_leaf : n / (16 * threads_)),
        wide_(2 * (n / threads_)) {
    unsigned budget = 1;
    for (std::size_t size = n; size > 1; size /= 2)
      ++budget;
    if (threads_ > 1 && n > 2 * least_leaf)
      how.workers->execute([&] { sort(data, n, nullptr, budget); });
    else
      sort_leaf(data, n, nullptr, budget);
  }

 private:
  static constexpr std::size_t least_leaf = 1024; ///< about 20 µs: forking is cheap beside it
  static constexpr std::size_t wide_from = 64 * 1024;
  static constexpr bool branch_free = copied_cheaply<T>;

  /// `below`: an element that none of these may go before, if there is one. `budget`: unbalanced partitions
  /// left.
  void sort(T* data, std::size_t n, T const* below, unsigned budget) {
    while (n > leaf_ && budget > 0) {
      bool const wide = n >= wide_ && n >= wide_from;
      choose_pivot(data, n);
      std::size_t middle = 0;
      if (below != nullptr && !comp_(*below, data[0])) {
        middle = partition(data, n, wide, not_above{}); // the pivot is the least here: what equals it is done
        budget -= middle < n / 8 ? 1 : 0;               // of a consistent comparator few have few equals
        data += middle + 1;
        n -= middle + 1;
        below = data - 1;
        continue;
      }
      middle = partition(data, n, wide, is_below{});
      std::size_t const high = n - middle - 1;
      if (unbalanced(middle, high)) {
        --budget;
        scatter(data, middle);
        scatter(data + middle + 1, high);
      }
      T* const pivot = data + middle;
      how_.workers->join([=, this] { sort(data, middle, below, budget); },
                         [=, this] { sort(pivot + 1, high, pivot, budget); });
      return;
    }
    sort_leaf(data, n, below, budget);
  }

  void sort_leaf(T* data, std::size_t n, T const* below, unsigned budget) {
    while (n > small_sort_limit<T>) {
      if (budget == 0)
        return heap_sort(data, n, comp_);
      choose_pivot(data, n);
      if (below != nullptr && !comp_(*below, data[0])) {
        std::size_t const middle = partition(data, n, false, not_above{});
        budget -= middle < n / 8 ? 1 : 0; // of a consistent comparator few have few equals
        data += middle + 1;
        n -= middle + 1;
        below = data - 1;
        continue;
      }
      std::size_t const middle = partition(data, n, false, is_below{});
      std::size_t const high = n - middle - 1;
      if (unbalanced(middle, high)) {
        --budget;
        scatter(data, middle);
        scatter(data + middle + 1, high);
      }
      if (middle < high) {
        sort_leaf(data, middle, below, budget);
        below = data + middle;
        data += middle + 1;
        n = high;
      } else {
        sort_leaf(data + middle + 1, high, data + middle, budget);
        n = middle;
      }
    }
    small_sort(data, n, comp_);
  }

  struct is_below {
    bool operator()(Compare& comp, T const& element, T const& pivot) const {
      return static_cast<bool>(comp(element, pivot));
    }
  };
  struct not_above {
    bool operator()(Compare& comp, T const& element, T const& pivot) const {
      return !static_cast<bool>(comp(pivot, element));
    }
  };

  /// Partitions around data[0], which ends up at the returned position, the front class before it.
  template <class Front>
  std::size_t partition(T* data, std::size_t n, bool wide, Front front) {
    using std::swap;
    T* const rest = data + 1;
    std::size_t middle = 0;
    if (wide)
      middle = parallel_partition(*how_.workers, rest, n - 1, [&](std::size_t first, std::size_t last) {
        return partition_part(rest + first, last - first, data[0], front);
      });
    else
      middle = partition_part(rest, n - 1, data[0], front);
    if (middle > 0)
      swap(data[0], data[middle]);
    return middle;
  }

  template <class Front>
  std::size_t partition_part(T* data, std::size_t n, T const& pivot, Front front) {
    if constexpr (branch_free)
      return partition_cyclic(data, n, pivot, front);
    else
      return partition_by_exchange(data, n, pivot, front);
  }

  /// N. Lomuto's scheme with a moving gap instead of exchanges and no branch that depends on the elements (L.
  /// Bergdoll and O. Peters, 2023): two moves an element.
  template <class Front>
  std::size_t partition_cyclic(T* data, std::size_t n, T const pivot, Front front) {
    if (n == 0)
      return 0;
    struct filler { // puts the element taken out back, also when a comparison throws
      T taken;
      T* gap;
      ~filler() { *gap = taken; }
    } hole{data[0], data};
    std::size_t boundary = 0;
    for (std::size_t i = 1; i < n; ++i) {
      auto const goes_to_front = as_number(front(comp_, data[i], pivot));
      *hole.gap = data[boundary];
      data[boundary] = data[i];
      hole.gap = data + i;
      boundary += goes_to_front;
    }
    bool const goes_to_front = front(comp_, hole.taken, pivot);
    *hole.gap = data[boundary];
    hole.gap = data + boundary;
    return boundary + (goes_to_front ? 1 : 0);
  }

  /// C. A. R. Hoare's scheme: as few moves as there can be.
  template <class Front>
  std::size_t partition_by_exchange(T* data, std::size_t n, T const& pivot, Front front) {
    using std::swap;
    std::size_t i = 0;
    std::size_t j = n;
    for (;;) {
      while (i < j && front(comp_, data[i], pivot))
        ++i;
      while (i < j && !front(comp_, data[j - 1], pivot))
        --j;
      if (j - i < 2) // one is left where the comparator contradicts itself
        return i;
      swap(data[i++], data[--j]);
    }
  }

  static bool unbalanced(std::size_t low, std::size_t high) {
    return (low < high ? low : high) < (low + high) / 8;
  }

  /// Breaks patterns that made a partition unbalanced.
  static void scatter(T* data, std::size_t n) {
    using std::swap;
    if (n < 8)
      return;
    std::uint64_t state = n;
    for (std::size_t i = n / 2 - 1; i <= n / 2 + 1; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      swap(data[i], data[(state >> 33) % n]);
    }
  }

  /// Brings a pivot to data[0]: a median of three, of which each is one again where there are many elements.
  void choose_pivot(T* data, std::size_t n) {
    using std::swap;
    std::size_t const eighth = n / 8;
    std::size_t const found =
        n < 64 ? median(data, 0, n / 2, n - 1) : pseudo_median(data, eighth, n / 2, n - eighth, eighth);
    if (found != 0)
      swap(data[0], data[found]);
  }

  std::size_t pseudo_median(T const* data, std::size_t a, std::size_t b, std::size_t c, std::size_t apart) {
    if (apart >= 16) {
      std::size_t const step = apart / 8;
      a = pseudo_median(data, a - step, a, a + step, step);
      b = pseudo_median(data, b - step, b, b + step, step);
      c = pseudo_median(data, c - step, c, c + step, step);
    }
    return median(data, a, b, c);
  }

  std::size_t median(T const* data, std::size_t a, std::size_t b, std::size_t c) {
    bool const a_first = comp_(data[a], data[b]);
    bool const b_first = comp_(data[b], data[c]);
    if (a_first == b_first)
      return b;
    return static_cast<bool>(comp_(data[a], data[c])) == a_first ? c : a;
  }

  execution how_;
  Compare& comp_;
  std::size_t threads_;
  std::size_t leaf_;
  std::size_t wide_; ///< from here on one partition is spread over all threads
};

/// Whether no neighbours are in the order `wrong`; a few are looked at first, so that unordered input costs
/// nothing.
template <class T, class Wrong>
bool in_order(execution const& how, T const* data, std::size_t n, Wrong const& wrong) {
  constexpr std::size_t grain = 16 * 1024;
  std::size_t const stride = n / 16;
  for (std::size_t i = 0; i + 1 < n && i < 8; ++i)
    if (wrong(data[i], data[i + 1]))
      return false;
  for (std::size_t i = 0; stride > 1 && i + stride < n; i += stride)
    if (wrong(data[i], data[i + stride]))
      return false;
  std::atomic<bool> unordered = false;
  for_ranges(how, n - 1, grain, [&](std::size_t first, std::size_t last) {
    constexpr std::size_t block = 1024; // between looks at what the other threads found
    while (first < last && !unordered.load(std::memory_order_relaxed)) {
      auto const end = last - first < block ? last : first + block;
      while (first < end && !wrong(data[first], data[first + 1]))
        ++first;
      if (first < end)
        unordered.store(true, std::memory_order_relaxed);
    }
  });
  return !unordered.load(std::memory_order_relaxed);
}

template <class T>
void reverse_elements(execution const& how, T* data, std::size_t n) {
  using std::swap;
  for_ranges(how, n / 2, 16 * 1024, [=](std::size_t first, std::size_t last) {
    for (; first < last; ++first)
      swap(data[first], data[n - 1 - first]);
  });
}

} // namespace sorting

/// Sorts data[0, n) in place so that comp(b, a) is false for no earlier a and later b; not stable. T: movable
/// and swappable. `comp` is called from several threads at once.
///
/// O(n log n) comparisons in the worst case, O(log n) extra memory. A comparator that is no strict weak order
/// leaves some permutation of the elements, one that throws does too, and its (first) exception passes
/// through.
template <class T, class Compare>
void comparison_sort(execution const& how, T* data, std::size_t n, Compare&& comp) {
  if (n <= sorting::small_sort_limit<T>)
    return sorting::small_sort(data, n, comp);
  if (sorting::in_order(how, data, n, [&](T const& a, T const& b) { return static_cast<bool>(comp(b, a)); }))
    return;
  if (sorting::in_order(how, data, n, [&](T const& a, T const& b) { return static_cast<bool>(comp(a, b)); }))
    return sorting::reverse_elements(how, data, n);
  sorting::comparison_quicksort<T, std::remove_reference_t<Compare>>(how, data, n, comp);
}

} // namespace tandem::cpu
