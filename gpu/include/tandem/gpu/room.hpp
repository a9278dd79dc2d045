#pragma once

#include <tandem/config.hpp>
#include <tandem/gpu/memory.hpp>

#include <cstddef>

namespace tandem::gpu {

/// Memory for one call, which may go elsewhere: gpu::unsupported_error, not std::invalid_argument, above what
/// the device can allocate at once. Throws gpu::error when it is full.
TANDEM_API memory room_on(device const& where, std::size_t size_bytes);

/// Whether an algorithm that changes `n` elements of device memory in place does so in one submission. One
/// that needs several and fails between them leaves the elements half changed.
TANDEM_API bool changes_at_once(device const& where, std::size_t n, std::size_t element_bytes);

/// What building a kernel took that no cache had, in microseconds: the median of the last five on this
/// device; 0 if none was built yet.
TANDEM_API double kernel_build_us(device const& where);

} // namespace tandem::gpu
