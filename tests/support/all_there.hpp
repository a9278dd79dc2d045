// That an algorithm lost no element and doubled none, whatever went wrong in it.
#pragma once

#include <cstddef>
#include <ranges>
#include <vector>

namespace tandem_test {

/// Whether the elements are numbered 0 … n − 1, each once, in any order; `number_of` is negative for one that is only a husk.
template <std::ranges::sized_range Range, class NumberOf>
bool all_there(Range const& data, NumberOf number_of) {
  std::size_t const count = std::ranges::size(data);
  std::vector<char> seen(count, 0);
  for (auto const& x : data) {
    auto const number = number_of(x);
    if (number < 0 || static_cast<std::size_t>(number) >= count ||
        seen[static_cast<std::size_t>(number)]++ != 0)
      return false;
  }
  return true;
}

} // namespace tandem_test
