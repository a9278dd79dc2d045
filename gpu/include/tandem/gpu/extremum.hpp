#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstddef>
#include <utility>

namespace tandem::gpu {

class device;

/// Index of the smallest of n ≥ 1 elements, the first of equals (−0 equals +0); NaN never wins, unless all
/// are NaN: then 0. Any element type but bool; needs no 64-bit arithmetic of the device.
TANDEM_API std::size_t min_element(device const& where, operand const& in, std::size_t n);

/// Index of the largest, the first of equals; otherwise as min_element.
TANDEM_API std::size_t max_element(device const& where, operand const& in, std::size_t n);

/// Both, from one reading of what is in host memory.
TANDEM_API std::pair<std::size_t, std::size_t> minmax_element(device const& where, operand const& in,
                                                              std::size_t n);

/// Starts building the kernels of these searches on a background thread. True when they are ready.
TANDEM_API bool warm_extrema(device const& where, scalar type, std::size_t n, bool least, bool greatest);

} // namespace tandem::gpu
