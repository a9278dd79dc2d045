#pragma once

#include <tandem/cpu/comparison_sort.hpp>
#include <tandem/cpu/known_order.hpp>
#include <tandem/cpu/merge_sort.hpp>
#include <tandem/cpu/permute.hpp>
#include <tandem/cpu/radix_sort.hpp>
#include <tandem/cpu/sort_keys.hpp>
#include <tandem/cpu/sort_strings.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

// Which sort serves which elements and comparator. Arithmetic keys and strings in a known order (std::less
// and the like) never see their comparator called.

namespace tandem::cpu {
namespace sorting {

/// Keys: fewer are sorted before a call would have returned. (Bytes are counted, with a table to clear.)
template <class T>
inline constexpr std::size_t inlined_below = sizeof(T) == 1 ? 16 : 4;
inline constexpr std::size_t prefixes_from = 256;  ///< strings: fewer are compared
inline constexpr std::size_t projected_from = 128; ///< elements with an arithmetic key: fewer are compared

/// Order of the compiled sorts, for the few keys that are sorted here.
template <sort_order Order, class T>
struct total_order_of_keys {
  static bool below(T a, T b) noexcept {
    if constexpr (std::is_floating_point_v<T>) {
      using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
      auto const place = [](bits x) {
        return x < 0 ? static_cast<bits>(x ^ (static_cast<std::make_unsigned_t<bits>>(-1) >> 1)) : x;
      };
      return place(__builtin_bit_cast(bits, a)) < place(__builtin_bit_cast(bits, b));
    } else {
      return a < b;
    }
  }
  bool operator()(T a, T b) const noexcept {
    return Order == sort_order::ascending ? below(a, b) : below(b, a);
  }
};

template <class T>
inline constexpr bool
    moves_as_radix_value = (sizeof(T) == 4 || sizeof(T) == 8) && std::is_trivially_copyable_v<T>;

/// Positions of the strings in order, through views on them.
template <StringKey T>
void string_positions(execution const& how, T const* data, std::size_t n, sort_order order,
                      std::uint32_t* positions) {
  raw_buffer room(n * sizeof(std::string_view));
  auto* const views = static_cast<std::string_view*>(room.data());
  for_ranges(how, n, 8192, [=](std::size_t first, std::size_t last) {
    for (; first < last; ++first)
      ::new (static_cast<void*>(views + first)) std::string_view(data[first]);
  });
  sort_strings(how, views, n, order, positions);
}

/// Strings change places once: whether equal ones kept their order makes no difference to see, and they do.
template <sort_order Order, StringKey T, class Compare>
void sort_string_elements(execution const& how, T* data, std::size_t n, Compare const& comp) {
  if (in_order(how, data, n, [&](T const& a, T const& b) { return static_cast<bool>(comp(b, a)); }))
    return;
  raw_buffer room(n * sizeof(std::uint32_t));
  auto* const positions = static_cast<std::uint32_t*>(room.data());
  string_positions(how, data, n, Order, positions);
  permute(how, data, positions, n);
}

template <class T, class Compare>
inline constexpr bool sorts_as_keys = ArithmeticKey<T>&& has_known_order<Compare, T>;
template <class T, class Compare>
inline constexpr bool sorts_as_strings = StringKey<T>&& has_known_order<Compare, T>;

/// Puts two keys in order, without a branch on what they are.
template <class T, class Compare>
inline void order_two(T& a, T& b, Compare const& comp) noexcept {
  bool const wrong = comp(b, a);
  T const first = wrong ? b : a, second = wrong ? a : b;
  a = first;
  b = second;
}

template <sort_order Order, class T>
void sort_arithmetic(execution const& how, T* data, std::size_t n) {
  if (n < inlined_below<T>) {
    total_order_of_keys<Order, T> comp;
    if (n > 3)
      return insertion_sort(data, n, comp);
    if (n > 1)
      order_two(data[0], data[1], comp);
    if (n > 2) {
      order_two(data[1], data[2], comp);
      order_two(data[0], data[1], comp);
    }
  } else {
    sort_keys(how, data, n, Order);
  }
}

} // namespace sorting

/// Sorts data[0, n), not stably: arithmetic keys by sort_keys, strings by prefixes, everything else by
/// comparison_sort.
template <class T, class Compare>
void sort(execution const& how, T* data, std::size_t n, Compare&& comp) {
  if constexpr (sorting::sorts_as_keys<T, Compare>)
    return sorting::sort_arithmetic<order_of<Compare, T>>(how, data, n);
  else if constexpr (sorting::sorts_as_strings<T, Compare>)
    if (n >= sorting::prefixes_from && n <= UINT32_MAX)
      return sorting::sort_string_elements<order_of<Compare, T>>(how, data, n, comp);
  if constexpr (!sorting::sorts_as_keys<T, Compare>)
    comparison_sort(how, data, n, comp);
}

/// Sorts data[0, n) stably: arithmetic keys as `sort` does (equal ones are the same bits), strings too, else
/// merge_sort.
template <class T, class Compare>
void stable_sort(execution const& how, T* data, std::size_t n, Compare&& comp) {
  if constexpr (sorting::sorts_as_keys<T, Compare>)
    return sorting::sort_arithmetic<order_of<Compare, T>>(how, data, n);
  else if constexpr (sorting::sorts_as_strings<T, Compare>)
    if (n >= sorting::prefixes_from && n <= UINT32_MAX)
      return sorting::sort_string_elements<order_of<Compare, T>>(how, data, n, comp);
  if constexpr (!sorting::sorts_as_keys<T, Compare>)
    merge_sort(how, data, n, comp);
}

/// Writes where the keys lie in sorted order: the key at positions[0] goes first. Stable. Index:
/// std::uint32_t (n at most 2^32 − 1) or std::uint64_t. Nothing is moved.
template <class T, class Compare, class Index>
void sort_permutation(execution const& how, T const* keys, std::size_t n, Compare&& comp, Index* positions) {
  static_assert(std::is_same_v<Index, std::uint32_t> || std::is_same_v<Index, std::uint64_t>);
  if constexpr (sorting::sorts_as_keys<T, Compare>) {
    bool const wide = n > UINT32_MAX;
    radix_sort(how, {keys, n, key_kind_of<T>(), order_of<Compare, T>},
               {.sorted_values = positions,
                .size = static_cast<unsigned char>(wide ? 8 : 4),
                .output_size = sizeof(Index)});
    return;
  }
  if constexpr (sorting::sorts_as_strings<T, Compare> && sizeof(Index) == 4)
    if (n >= sorting::prefixes_from)
      return sorting::string_positions(how, keys, n, order_of<Compare, T>, positions);
  for (std::size_t i = 0; i < n; ++i)
    positions[i] = static_cast<Index>(i);
  merge_sort(how, positions, n, [&](Index a, Index b) { return static_cast<bool>(comp(keys[a], keys[b])); });
}

namespace sorting {

template <class Index, class Key, class Value, class Compare>
void sort_by_key_through_positions(execution const& how, Key* keys, Value* values, std::size_t n,
                                   Compare& comp) {
  raw_buffer room(n * sizeof(Index));
  auto* const positions = static_cast<Index*>(room.data());
  if constexpr (sorts_as_keys<Key, Compare>) {
    raw_buffer sorted(
        n * sizeof(Key)); // the keys stay as they are until what may fail for want of memory is done
    auto* const sorted_keys = static_cast<Key*>(sorted.data());
    radix_sort(how, {keys, n, key_kind_of<Key>(), order_of<Compare, Key>},
               {.sorted_keys = sorted_keys,
                .sorted_values = positions,
                .size = sizeof(Index),
                .output_size = sizeof(Index)});
    permute(how, values, positions, n);
    for_ranges(how, n, 32 * 1024, [=](std::size_t first, std::size_t last) {
      for (; first < last; ++first)
        keys[first] = sorted_keys[first];
    });
  } else {
    cpu::sort_permutation(how, keys, n, comp, positions);
    permute_together(how, keys, values, positions, n);
  }
}

} // namespace sorting

/// Sorts keys[0, n) stably and moves values[0, n) along. Values of 4 or 8 bytes travel with arithmetic keys
/// through radix_sort; others are moved once, by the permutation. The arrays must not overlap.
template <class Key, class Value, class Compare>
void sort_by_key(execution const& how, Key* keys, Value* values, std::size_t n, Compare&& comp) {
  if (n < 2)
    return;
  if constexpr (sorting::sorts_as_keys<Key, Compare> && sorting::moves_as_radix_value<Value>)
    radix_sort(how, {keys, n, key_kind_of<Key>(), order_of<Compare, Key>},
               {keys, values, values, sizeof(Value), sizeof(Value)});
  else if (n <= UINT32_MAX)
    sorting::sort_by_key_through_positions<std::uint32_t>(how, keys, values, n, comp);
  else
    sorting::sort_by_key_through_positions<std::uint64_t>(how, keys, values, n, comp);
}

namespace sorting {

/// What of an element is compared: project(x), or a member of x.
template <class Project, class T>
constexpr decltype(auto) projected(Project& project, T const& x) {
  if constexpr (std::is_member_object_pointer_v<std::remove_cv_t<Project>>)
    return (x.*project);
  else if constexpr (std::is_member_function_pointer_v<std::remove_cv_t<Project>>)
    return (x.*project)();
  else
    return project(x);
}

} // namespace sorting

/// Sorts data[0, n) by comp(project(a), project(b)); `project` may also be a pointer to a member. An
/// arithmetic projection in a known order: stable, by radix, with n keys and positions, and n elements'
/// worth, of extra memory; project is then called once for each element. Else comparisons of projections,
/// stable if `Stable`.
template <bool Stable, class T, class Compare, class Project>
void sort_projected(execution const& how, T* data, std::size_t n, Compare& comp, Project& project) {
  using Key = std::remove_cvref_t<decltype(sorting::projected(project, std::as_const(data[0])))>;
  if constexpr (sorting::sorts_as_keys<Key, Compare>) {
    if (n >= sorting::projected_from) {
      raw_buffer room(n * sizeof(Key));
      auto* const keys = static_cast<Key*>(room.data());
      for_ranges(how, n, 8192, [&](std::size_t first, std::size_t last) {
        for (; first < last; ++first)
          ::new (static_cast<void*>(keys + first))
              Key(sorting::projected(project, std::as_const(data[first])));
      });
      return sort_by_key(how, keys, data, n, comp);
    }
    auto const by_key = [&](T const& a, T const& b) {
      return sorting::total_order_of_keys<order_of<Compare, Key>, Key>{}(sorting::projected(project, a),
                                                                         sorting::projected(project, b));
    };
    return merge_sort(how, data, n, by_key);
  } else {
    auto const by_projection = [&](T const& a, T const& b) {
      return static_cast<bool>(comp(sorting::projected(project, a), sorting::projected(project, b)));
    };
    if constexpr (Stable)
      merge_sort(how, data, n, by_projection);
    else
      comparison_sort(how, data, n, by_projection);
  }
}

} // namespace tandem::cpu
