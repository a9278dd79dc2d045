#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/map.hpp>

namespace tandem::gpu {

/// out[i] = f(i) for i < n; f is function 0 of the recording, `trace<Out(std::uint32_t)>(f)`, or of a
/// std::uint64_t where n may exceed 2^32. Otherwise as map.
TANDEM_API void generate(device const& where, kernel_site& site, recording const& recorded,
                         std::span<operand const> out, std::size_t n);
TANDEM_API void generate(device const& where, kernel_site& site, recording const& recorded,
                         operand const& out, std::size_t n);

} // namespace tandem::gpu
