#pragma once

#include <cstddef>

namespace tandem::cpu::sorting {

/// The most keys that exchange_sort takes.
inline constexpr std::size_t exchange_sort_limit = 8;

template <std::size_t Count, class Key>
void exchange_sort_exactly(Key* keys) noexcept {
  Key sorted[Count];
  for (std::size_t i = 0; i < Count; ++i)
    sorted[i] = keys[i];
  for (std::size_t last = 1; last < Count; ++last)
    for (std::size_t i = last; i > 0; --i) {
      Key const a = sorted[i - 1];
      Key const b = sorted[i];
      sorted[i - 1] = b < a ? b : a;
      sorted[i] = b < a ? a : b;
    }
  for (std::size_t i = 0; i < Count; ++i)
    keys[i] = sorted[i];
}

/// Sorts a handful of integers in registers by n(n − 1)/2 exchanges, none of them a branch.
template <class Key>
void exchange_sort(Key* keys, std::size_t n) noexcept {
  switch (n) {
  case 2:
    return exchange_sort_exactly<2>(keys);
  case 3:
    return exchange_sort_exactly<3>(keys);
  case 4:
    return exchange_sort_exactly<4>(keys);
  case 5:
    return exchange_sort_exactly<5>(keys);
  case 6:
    return exchange_sort_exactly<6>(keys);
  case 7:
    return exchange_sort_exactly<7>(keys);
  case 8:
    return exchange_sort_exactly<8>(keys);
  default:
    return;
  }
}

} // namespace tandem::cpu::sorting
