#pragma once

#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <type_traits>

namespace tandem::cpu {
namespace detail {

/// How many of the first `place` merged elements come from a (Odeh, Green, Mwassi, Shmueli, Birk, "Merge
/// Path", 2012); of equals, those of a come first.
template <class A, class B, class Less>
std::size_t merge_split(A const* a, std::size_t a_size, B const* b, std::size_t b_size, std::size_t place,
                        Less& less) {
  std::size_t low = place > b_size ? place - b_size : 0, high = place < a_size ? place : a_size;
  while (low < high) {
    auto const middle = low + (high - low) / 2;
    if (less(b[place - middle - 1], a[middle]))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

template <class A, class B, class Out, class Less>
void merge_run(A const* a, A const* a_end, B const* b, B const* b_end, Out* out, Less& less) {
  while (a != a_end && b != b_end) {
    if constexpr (std::is_same_v<A, B> && std::is_arithmetic_v<A>) { // without a branch to mispredict
      bool const take_b = less(*b, *a);
      *out++ = take_b ? *b : *a;
      b += take_b ? 1 : 0;
      a += take_b ? 0 : 1;
    } else if (less(*b, *a)) {
      *out++ = *b++;
    } else {
      *out++ = *a++;
    }
  }
  for (; a != a_end; ++a)
    *out++ = *a;
  for (; b != b_end; ++b)
    *out++ = *b;
}

} // namespace detail

/// Merges two ranges sorted by `less` into `out`, stable: of equals, those of a come first. `out` has room
/// for both and overlaps neither.
template <class A, class B, class Out, class Less>
void merge(execution const& how, std::size_t a_size, A const* a, std::size_t b_size, B const* b, Out* out,
           Less&& less) {
  for_ranges(how, a_size + b_size, 8192, [&](std::size_t first, std::size_t last) {
    auto const a_first = detail::merge_split(a, a_size, b, b_size, first, less);
    auto const a_last = detail::merge_split(a, a_size, b, b_size, last, less);
    detail::merge_run(a + a_first, a + a_last, b + (first - a_first), b + (last - a_last), out + first, less);
  });
}

} // namespace tandem::cpu
