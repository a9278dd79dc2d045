// The order that sorts of numbers follow, for comparison with the standard's.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace tandem_test {

/// The bits of a key, in an order that is the same as the sort's: IEEE totalOrder for floats.
template <class T>
auto total_order(T key) {
  if constexpr (std::is_floating_point_v<T>) {
    using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    auto const b = std::bit_cast<bits>(key);
    return b < 0 ? static_cast<bits>(b ^ std::numeric_limits<bits>::max()) : b;
  } else {
    return key;
  }
}

} // namespace tandem_test
