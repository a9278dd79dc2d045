#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Index of the smallest of n ≥ 1 elements, the first of equals (−0 equals +0); NaN never wins, unless all
/// are NaN: then 0. Any element type but bool; needs no 64-bit arithmetic of the device.
TANDEM_API std::size_t min_element(device const& where, operand const& in, std::size_t n);

/// Index of the largest, the first of equals; otherwise as min_element.
TANDEM_API std::size_t max_element(device const& where, operand const& in, std::size_t n);

} // namespace tandem::gpu
