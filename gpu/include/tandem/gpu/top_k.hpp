#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/tracing/recording.hpp>

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

/// The first k of what merge_sort by this comparator would give: function 0 of the recording, `trace<bool(T,
/// T)>(before)`. Of equals the earlier come first. For small k (half a tile of merge_sort) tiles are sorted and
/// shrunk to their first k until few are left; otherwise a copy of all is sorted.
TANDEM_API void top_k(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                      std::size_t n, std::size_t k, void* best);

/// Starts building its kernels on a background thread. True when they are ready.
TANDEM_API bool warm_top_k(device const& where, kernel_site& site, recording const& recorded, scalar type,
                           std::size_t n, std::size_t k);

} // namespace tandem::gpu
