#pragma once

namespace tandem::gpu::detail {

/// Whether a Vulkan driver seems to be installed, found out without loading any: a manifest where the loader
/// looks first, or a setting that names one. A guess to prepare on, not an answer.
bool driver_installed();

} // namespace tandem::gpu::detail
