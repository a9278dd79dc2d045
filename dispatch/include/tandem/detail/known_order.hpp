#pragma once

// The order of tandem's own comparators, so that sorts and searches by them need not call them.

#include <tandem/cpu/known_order.hpp>
#include <tandem/functional.hpp>

namespace tandem::cpu {

template <class T>
inline constexpr known_order known_order_v<tandem::less, T> = known_order::ascending;
template <class T>
inline constexpr known_order known_order_v<tandem::greater, T> = known_order::descending;

} // namespace tandem::cpu
