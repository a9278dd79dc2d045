// The environment variables that the GPU side reads.
#pragma once

#include <string>

namespace tandem::gpu::detail {

/// The value of an environment variable; empty when it is not set.
std::string setting(char const* name);

/// A setting that is 0 or 1 (unset: 0). Throws std::invalid_argument for anything else, naming both.
bool flag_setting(char const* name);

/// Where kernels are kept between processes: set_cache_directory(), TANDEM_CACHE_DIR, $XDG_CACHE_HOME/tandem,
/// ~/.cache/tandem; empty when there is none of them, and then nothing is kept.
std::string cache_directory();

/// How long a device may go without finishing anything before it counts as hung: set_wait_limit(),
/// TANDEM_GPU_TIMEOUT, else 60 s for hardware and no limit for software; 0: no limit. Throws
/// std::invalid_argument for a setting that is no number.
double wait_limit_seconds(bool software);

} // namespace tandem::gpu::detail
