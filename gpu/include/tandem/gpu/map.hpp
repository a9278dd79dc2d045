#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>
#include <span>

namespace tandem::gpu {

class device;

/// out[i] = f(in[0][i], in[1][i] …) for i < n, f being function 0 of the recording, `trace<Out(In...)>(f)`.
/// One to eight inputs and one to eight outputs; with several outputs f returns a std::tuple of their
/// elements. Operands may be structs (operand_of). An output may be an input; any other overlap is the
/// caller's to exclude. Operands may start at any multiple of their element's size. Any n: chunked past the
/// limits of the device. The same bits as f on the CPU. Throws unsupported_error when the device lacks a type
/// or the loops are too long for it, kernel_error when the kernel cannot be built, gpu::error (with how many
/// leading elements are complete) when the device fails.
TANDEM_API void map(device const& where, kernel_site& site, recording const& recorded,
                    std::span<operand const> in, std::span<operand const> out, std::size_t n);
TANDEM_API void map(device const& where, kernel_site& site, recording const& recorded,
                    std::span<operand const> in, operand const& out, std::size_t n);

/// Starts building the kernel that map or generate (no inputs) will want for n elements, on a background
/// thread. Of the operands only their types matter. True when it is ready.
TANDEM_API bool warm_map(device const& where, kernel_site& site, recording const& recorded,
                         std::span<operand const> in, std::span<operand const> out, std::size_t n);

} // namespace tandem::gpu
