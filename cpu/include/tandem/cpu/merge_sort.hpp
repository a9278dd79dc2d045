#pragma once

#include <tandem/cpu/comparison_sort.hpp>
#include <tandem/cpu/permute.hpp>
#include <tandem/cpu/raw_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace tandem::cpu {
namespace sorting {

/// Types that a merge may copy between two arrays: after any failure one of the arrays still holds them all.
template <class T>
inline constexpr bool
    merged_by_copy = std::is_trivially_copy_constructible_v<T>&& std::is_trivially_destructible_v<T>&&
                         std::is_nothrow_copy_assignable_v<T> &&
                     sizeof(T) <= 64;

/// Stable merge sort of elements that are copied to and fro between the array and a buffer, both halves at
/// once, merges split by where the median of one side belongs in the other (merge path).
///
/// A node's elements start in `data`. When it is done, and also when a comparison has thrown, they are all at
/// the place it was asked for, in some order. A pool may leave tasks undone once one has thrown; so
/// exceptions are carried in a slot.
template <class T, class Compare>
class merge_sorter {
 public:
  merge_sorter(execution const& how, Compare& comp) : how_(how), comp_(comp) {}

  void sort(T* data, T* buffer, std::size_t n) { into_place(data, buffer, n); }

 private:
  static constexpr std::size_t fork_from = 4096;
  static constexpr std::size_t block = small_sort_limit<T>;

  /// Sorts in `data`.
  void into_place(T* data, T* buffer, std::size_t n) {
    if (n <= block)
      return small_sort_stably(data, n);
    std::size_t const half = n / 2;
    auto const failure = both(
        n, [&] { into_buffer(data, buffer, half); },
        [&] { into_buffer(data + half, buffer + half, n - half); });
    finish(failure, buffer, half, n, data);
  }

  /// Sorts into `buffer`; `data` is used up.
  void into_buffer(T* data, T* buffer, std::size_t n) {
    if (n <= block) {
      settle_in settled{data, n, buffer};
      return small_sort_stably(data, n);
    }
    std::size_t const half = n / 2;
    auto const failure = both(
        n, [&] { into_place(data, buffer, half); },
        [&] { into_place(data + half, buffer + half, n - half); });
    finish(failure, data, half, n, buffer);
  }

  struct settle_in { // brings elements to where they are expected, whether or not they could be sorted
    T const* from;
    std::size_t n;
    T* to;
    ~settle_in() { copy_to(from, n, to); }
  };

  /// Merges the halves of from[0, n) to `to`, or after a failure just brings them there and passes it on.
  void finish(std::exception_ptr failure, T const* from, std::size_t half, std::size_t n, T* to) {
    if (failure == nullptr)
      failure = caught([&] { merge(from, half, from + half, n - half, to); });
    if (failure != nullptr) {
      copy_to(from, n, to);
      std::rethrow_exception(failure);
    }
  }

  void merge(T const* left, std::size_t left_size, T const* right, std::size_t right_size, T* to) {
    std::size_t const n = left_size + right_size;
    if (how_.workers == nullptr || n < 4 * fork_from)
      return merge_serially(left, left + left_size, right, right + right_size, to);
    std::size_t left_cut = left_size / 2;
    std::size_t right_cut = right_size / 2;
    if (left_size < right_size)
      left_cut = upper_bound(left, left_size, right[right_cut]);
    else
      right_cut = lower_bound(right, right_size, left[left_cut]);
    auto const failure = both(
        n, [&] { merge(left, left_cut, right, right_cut, to); },
        [&] {
          merge(left + left_cut, left_size - left_cut, right + right_cut, right_size - right_cut,
                to + left_cut + right_cut);
        });
    if (failure != nullptr)
      std::rethrow_exception(failure);
  }

  void merge_serially(T const* left, T const* left_end, T const* right, T const* right_end, T* to) {
    while (left != left_end && right != right_end) {
      auto const right_first = as_number(comp_(*right, *left));
      ::new (static_cast<void*>(to++)) T(*chosen(right_first, right, left));
      right += right_first;
      left += 1 - right_first;
    }
    copy_to(left, static_cast<std::size_t>(left_end - left), to);
    copy_to(right, static_cast<std::size_t>(right_end - right), to + (left_end - left));
  }

  /// How many of the sorted elements go before `value`.
  std::size_t lower_bound(T const* sorted, std::size_t n, T const& value) {
    std::size_t first = 0;
    while (n > 0) {
      bool const before = comp_(sorted[first + n / 2], value);
      first += before ? n / 2 + 1 : 0;
      n = before ? n - n / 2 - 1 : n / 2;
    }
    return first;
  }

  /// How many of the sorted elements `value` does not go before.
  std::size_t upper_bound(T const* sorted, std::size_t n, T const& value) {
    std::size_t first = 0;
    while (n > 0) {
      bool const after = comp_(value, sorted[first + n / 2]);
      first += after ? 0 : n / 2 + 1;
      n = after ? n / 2 : n - n / 2 - 1;
    }
    return first;
  }

  void small_sort_stably(T* data, std::size_t n) { small_sort(data, n, comp_); }

  template <class F, class G>
  std::exception_ptr both(std::size_t n, F const& f, G const& g) {
    if (how_.workers == nullptr || n < fork_from) {
      auto const failure = caught(f);
      auto const second = caught(g);
      return failure != nullptr ? failure : second;
    }
    std::exception_ptr failures[2];
    how_.workers->join([&] { failures[0] = caught(f); }, [&] { failures[1] = caught(g); });
    return failures[0] != nullptr ? failures[0] : failures[1];
  }

  template <class F>
  static std::exception_ptr caught(F const& f) {
    try {
      f();
    } catch (...) {
      return std::current_exception();
    }
    return nullptr;
  }

  execution how_;
  Compare& comp_;
};

template <class T, class Compare>
void merge_sort_by_copy(execution const& how, T* data, std::size_t n, Compare& comp) {
  raw_buffer room(n * sizeof(T), alignof(T) < 64 ? 64 : alignof(T));
  auto const run = [&] { merge_sorter<T, Compare>(how, comp).sort(data, static_cast<T*>(room.data()), n); };
  if (how.workers == nullptr)
    run();
  else
    how.workers->execute(run);
}

/// Sorts positions, compared by what they point at, then moves every element once: nothing is moved while a
/// comparison can throw.
template <class Index, class T, class Compare>
void merge_sort_by_index(execution const& how, T* data, std::size_t n, Compare& comp) {
  raw_buffer room(n * sizeof(Index));
  Index* const from = static_cast<Index*>(room.data());
  for (std::size_t i = 0; i < n; ++i)
    ::new (static_cast<void*>(from + i)) Index(static_cast<Index>(i));
  auto by_element = [&](Index a, Index b) { return static_cast<bool>(comp(data[a], data[b])); };
  merge_sort_by_copy(how, from, n, by_element);
  permute(how, data, from, n);
}

} // namespace sorting

/// Sorts data[0, n) stably. T: movable. `comp` is called from several threads at once. O(n log n)
/// comparisons.
///
/// Memory: n elements where they are trivial to copy and no larger than 64 bytes; else n 4-byte positions
/// (8-byte ones from 2^32 elements on) and, where moving cannot throw, n elements. A comparator that is no
/// strict weak order leaves some permutation, one that throws does too, and its (first) exception passes
/// through.
template <class T, class Compare>
void merge_sort(execution const& how, T* data, std::size_t n, Compare&& comp) {
  if (n <= sorting::small_sort_limit<T>)
    return sorting::small_sort(data, n, comp);
  if (sorting::in_order(how, data, n, [&](T const& a, T const& b) { return static_cast<bool>(comp(b, a)); }))
    return;
  if constexpr (sorting::merged_by_copy<T>)
    sorting::merge_sort_by_copy(how, data, n, comp);
  else if (n <= UINT32_MAX)
    sorting::merge_sort_by_index<std::uint32_t>(how, data, n, comp);
  else
    sorting::merge_sort_by_index<std::uint64_t>(how, data, n, comp);
}

} // namespace tandem::cpu
