// The order that sorts of numbers follow, for comparison with the standard's.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace tandem_test {

/// The total order: integers as they are, floats as IEEE's totalOrder.
template <class T>
auto ranked(T x) {
  if constexpr (std::is_floating_point_v<T>) {
    using S = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    S const bits = std::bit_cast<S>(x);
    return bits < 0 ? static_cast<S>(bits ^ std::numeric_limits<S>::max()) : bits;
  } else
    return x;
}

} // namespace tandem_test
