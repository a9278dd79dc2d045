#pragma once

#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu::sorting {

/// Sorts unsigned keys of 8 or 16 bits, xor-ed with `flip` before they are compared, by counting each value.
template <class Key>
void counting_sort(execution const& how, Key* keys, std::size_t n, Key flip);

extern template void counting_sort(execution const&, std::uint8_t*, std::size_t, std::uint8_t);
extern template void counting_sort(execution const&, std::uint16_t*, std::size_t, std::uint16_t);

} // namespace tandem::cpu::sorting
