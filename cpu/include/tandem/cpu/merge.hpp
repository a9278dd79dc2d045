#pragma once

#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <memory>
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

/// Where each run of merged elements begins in a: runs of `grain`, and the end. Kept in line where `less`
/// contradicts itself, so that every element belongs to exactly one run.
template <class A, class B, class Less>
std::unique_ptr<std::size_t[]> merge_splits(execution const& how, std::size_t a_size, A const* a,
                                            std::size_t b_size, B const* b, std::size_t grain, Less& less) {
  auto const n = a_size + b_size, runs = (n - 1) / grain + 1;
  std::unique_ptr<std::size_t[]> splits(new std::size_t[runs + 1]);
  for_ranges(how, runs, 16, [&](std::size_t first, std::size_t last) {
    for (auto r = first; r < last; ++r)
      splits[r] = merge_split(a, a_size, b, b_size, r * grain, less);
  });
  splits[runs] = a_size;
  for (std::size_t r = 1; r < runs; ++r) {
    auto const least = splits[r - 1], most = splits[r - 1] + grain;
    splits[r] = splits[r] < least ? least : splits[r] > most ? most : splits[r];
  }
  return splits;
}

} // namespace detail

/// Merges two ranges sorted by `less` into `out`, stable: of equals, those of a come first. `out` has room
/// for both and overlaps neither. Whatever `less` answers, every element comes to `out` once.
template <class A, class B, class Out, class Less>
void merge(execution const& how, std::size_t a_size, A const* a, std::size_t b_size, B const* b, Out* out,
           Less&& less) {
  constexpr std::size_t grain = 8192;
  auto const n = a_size + b_size;
  if (how.workers == nullptr || n <= grain)
    return detail::merge_run(a, a + a_size, b, b + b_size, out, less);
  auto const splits = detail::merge_splits(how, a_size, a, b_size, b, grain, less);
  for_ranges(how, (n - 1) / grain + 1, 1, [&](std::size_t first, std::size_t last) {
    for (auto r = first; r < last; ++r) {
      auto const place = r * grain, end = n - place < grain ? n : place + grain;
      detail::merge_run(a + splits[r], a + splits[r + 1], b + (place - splits[r]), b + (end - splits[r + 1]),
                        out + place, less);
    }
  });
}

} // namespace tandem::cpu
