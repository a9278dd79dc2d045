#pragma once

#include <tandem/gpu/sort.hpp>

namespace tandem::gpu {

class device;

/// Writes the first k of what a sort of n elements would give to `best`, in host memory: the greatest first
/// with sort_order::descending, the least first with ascending; floats in IEEE totalOrder. At most n. Radix
/// select, 11 bits a pass: elements of 4 bytes are read four times, of 8 bytes seven times, and k of them
/// sorted. Any element type but bool, without 64-bit arithmetic of the device. Any n: piece by piece past the
/// limits of the device. Throws gpu::error; `best` is then untouched.
TANDEM_API void top_k(device const& where, operand const& in, std::size_t n, std::size_t k, sort_order order,
                      void* best);

/// Starts building its kernels on a background thread. True when they are ready.
TANDEM_API bool warm_top_k(device const& where, scalar type, sort_order order, std::size_t k);

} // namespace tandem::gpu
