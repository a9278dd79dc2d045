#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Sorts n elements in place, stably, by a comparator: function 0 of the recording, `trace<bool(T,
/// T)>(less)`; any element type but bool. Merge sort: tiles in shared memory, then ⌈log2(n / tile)⌉ passes of
/// merge path, tiles of 4096 elements (2048 of 8 bytes). A comparator that is no strict weak order leaves the
/// elements in some order, each of them once. More elements than the device can hold are sorted in pieces and
/// merged, with n elements of host memory besides. When it throws, all elements are still there, in some
/// order.
TANDEM_API void merge_sort(device const& where, kernel_site& site, recording const& recorded,
                           operand const& keys, std::size_t n);

/// Merges two ranges sorted by the comparator into `out`, of equals those of `a` first; of any size. `out`
/// has room for both and overlaps neither. When it throws, `out` is untouched or partly written.
TANDEM_API void merge(device const& where, kernel_site& site, recording const& recorded, operand const& a,
                      operand const& b, operand const& out);

/// The same for ranges in their natural order: floats in IEEE totalOrder, as radix_sort leaves them. 64-bit
/// elements need no 64-bit arithmetic of the device.
TANDEM_API void merge(device const& where, operand const& a, operand const& b, operand const& out,
                      sort_order order = sort_order::ascending);

/// Starts building the kernels of a sort of n elements, or of a merge, on a background thread. True when they
/// are ready.
TANDEM_API bool warm_merge_sort(device const& where, kernel_site& site, recording const& recorded,
                                scalar type, std::size_t n);
TANDEM_API bool warm_merge(device const& where, kernel_site& site, recording const& recorded, scalar type);
TANDEM_API bool warm_merge(device const& where, scalar type);

} // namespace tandem::gpu
