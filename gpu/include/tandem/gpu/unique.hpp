#pragma once

#include <tandem/gpu/kernel_site.hpp>
#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

/// Moves the first element, and each that is not equal to the one before it, to the front, in their order;
/// returns how many they are. Equality is function 0 of the recording, `trace<bool(T, T)>(equals)`, of an
/// element and the next one. What stands behind them is unspecified. Any n; throws as filter does, and the
/// data are then as they were (in device memory: unless the device is lost).
TANDEM_API std::size_t unique(device const& where, kernel_site& site, recording const& recorded,
                              operand const& data, std::size_t n);

/// Starts building its kernels for elements of `type` on a background thread. True when they are ready.
TANDEM_API bool warm_unique(device const& where, kernel_site& site, recording const& recorded, scalar type,
                            std::size_t n);

} // namespace tandem::gpu
