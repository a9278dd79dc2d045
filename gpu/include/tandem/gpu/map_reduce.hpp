#pragma once

#include <tandem/gpu/reduce.hpp>

#include <span>

namespace tandem::gpu {

/// op(init, f(in…[0]) op f(in…[1]) op …) with nothing stored in between; the tree is that of reduce. f is
/// function 0 of the recording, `trace<R(In...)>(f)`, op is function 1, `trace_also<R(R, R)>(recorded, op)`;
/// `type` is R's (joined_type_of); a compound whose numbers are too many for the device's shared memory is an
/// unsupported_error. Inputs may be narrow numbers and structs (operand_of). f may take the index
/// behind the elements, `trace<R(In..., std::uint32_t)>(f)`, or alone, with no inputs; then n is at most 2^32.
TANDEM_API void map_reduce(device const& where, kernel_site& site, recording const& recorded,
                           std::span<operand const> in, std::size_t n, joined_type type, void const* init,
                           void* result, reduction_order order);

/// The totals of the blocks of 4096 elements that map_reduce would join, `totals` having room for one of each
/// on the host: for somebody who has the totals of other blocks. Any type but bool. gpu::error::completed()
/// counts elements, in whole blocks.
TANDEM_API void map_reduce_blocks(device const& where, kernel_site& site, recording const& recorded,
                                  std::span<operand const> in, std::size_t n, scalar type, void* totals,
                                  reduction_order order);

/// How many elements one map_reduce whose function takes the index should be given at most.
TANDEM_API std::size_t most_indices(device const& where);

/// Starts building the kernels that map_reduce will want, on a background thread. Of the inputs only their
/// types matter. True when they are ready.
TANDEM_API bool warm_map_reduce(device const& where, kernel_site& site, recording const& recorded,
                                std::span<operand const> in, std::size_t n, reduction_order order);

} // namespace tandem::gpu
