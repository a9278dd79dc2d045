#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Which of the two fixed trees a reduction takes.
enum class reduction_order : std::uint8_t {
  commutative, ///< the operation is known to commute: memory is read across lanes
  ordered      ///< associative only: operands keep their order
};

/// op(init, in[0] op in[1] op …) in the fixed tree of the architecture's page: the same bits as the CPU's,
/// whatever the device. op is function 0 of the recording, `trace<T(T, T)>(op)`, T being the type of `in`, a number
/// or a compound (operand_of).
/// `init` and `result` point to one T in host memory each; n = 0 gives init. Throws as map does; `result` is
/// then untouched.
TANDEM_API void reduce(device const& where, kernel_site& site, recording const& recorded, operand const& in,
                       std::size_t n, void const* init, void* result, reduction_order order);

/// Starts building the kernels that reduce will want, on a background thread. True when they are ready.
TANDEM_API bool warm_reduce(device const& where, kernel_site& site, recording const& recorded, std::size_t n,
                            reduction_order order);

} // namespace tandem::gpu
