#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// out[i] = in[index[i]] for i < n. Elements of 4 or 8 bytes of any kind, indices of any integer type.
/// Returns n; or, when an index is negative or not below in.count, the first position of such an index, and
/// nothing is written. `out` must not overlap `in` or `index`. Any sizes.
TANDEM_API std::size_t gather(device const& where, operand const& in, operand const& index,
                              operand const& out, std::size_t n);

/// out[index[i]] = in[i] for i < n; what no index names keeps its value. Which of several elements with one
/// index stays is not defined. Returns as gather does, indices being checked against out.count.
TANDEM_API std::size_t scatter(device const& where, operand const& in, operand const& index,
                               operand const& out, std::size_t n);

/// Start building the kernels on a background thread. True when they are ready.
TANDEM_API bool warm_gather(device const& where, scalar elements, scalar indices);
TANDEM_API bool warm_scatter(device const& where, scalar elements, scalar indices);

} // namespace tandem::gpu
