#pragma once

#include <tandem/cpu/sort_keys.hpp>

#include <type_traits>

#if defined(_GLIBCXX_RELEASE) && !defined(_GLIBCXX_INLINE_VERSION)
// Only the names are needed, and <functional> would take longer to compile than all of this header.
// clang-format off
namespace std _GLIBCXX_VISIBILITY(default) {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
template <typename T>
struct less;
template <typename T>
struct greater;
namespace ranges {
struct less;
struct greater;
} // namespace ranges
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std
// clang-format on
#else
#include <functional> // not with libstdc++
#endif

namespace tandem::cpu {

/// What is known of a comparator on a type: one that is known needs not be called. Specialise `known_order_v` for others.
enum class known_order : unsigned char { unknown, ascending, descending };

template <class Compare, class T>
inline constexpr known_order known_order_v = known_order::unknown;
template <class T>
inline constexpr known_order known_order_v<std::less<void>, T> = known_order::ascending;
template <class T>
inline constexpr known_order known_order_v<std::less<T>, T> = known_order::ascending;
template <class T>
inline constexpr known_order known_order_v<std::ranges::less, T> = known_order::ascending;
template <class T>
inline constexpr known_order known_order_v<std::greater<void>, T> = known_order::descending;
template <class T>
inline constexpr known_order known_order_v<std::greater<T>, T> = known_order::descending;
template <class T>
inline constexpr known_order known_order_v<std::ranges::greater, T> = known_order::descending;

/// a < b, for those who name no comparator.
struct natural_order {
  template <class T>
  constexpr bool operator()(T const& a, T const& b) const {
    return static_cast<bool>(a < b);
  }
};
template <class T>
inline constexpr known_order known_order_v<natural_order, T> = known_order::ascending;

template <class Compare, class T>
inline constexpr bool has_known_order =
    known_order_v<std::remove_cvref_t<Compare>, T> != known_order::unknown;

template <class Compare, class T>
inline constexpr sort_order order_of =
    known_order_v<std::remove_cvref_t<Compare>, T> == known_order::descending ? sort_order::descending
                                                                              : sort_order::ascending;

} // namespace tandem::cpu
