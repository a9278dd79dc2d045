// What a device's arithmetic promises, found by running it.
#pragma once

#include "engine.hpp"

namespace tandem::gpu::detail {

/// The report for an engine's device: from the disk cache, or from running the probe shaders and comparing
/// with the CPU.
arithmetic_report arithmetic_of(engine& on);

} // namespace tandem::gpu::detail
