#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// out[i] = in[index[i]] for i < n. Elements of 4 or 8 bytes, indices of any integer type. An index that is
/// negative or not below in.count: std::out_of_range naming its value's position, nothing written. `out` must
/// not overlap `in`.
TANDEM_API void gather(device const& where, operand const& in, operand const& index, operand const& out,
                       std::size_t n);

/// out[index[i]] = in[i] for i < n; what no index names keeps its value. Which of several elements with one
/// index stays is not defined. Errors as gather's, against out.count.
TANDEM_API void scatter(device const& where, operand const& in, operand const& index, operand const& out,
                        std::size_t n);

} // namespace tandem::gpu
