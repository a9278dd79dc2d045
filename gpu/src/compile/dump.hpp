// TANDEM_DUMP_KERNELS: every kernel of a process, as text and as SPIR-V, for people to look at.
#pragma once

#include "glsl.hpp"

namespace tandem::gpu::detail {

/// Writes <hash>.comp and <hash>.spv into the folder TANDEM_DUMP_KERNELS names; nothing when it is not set.
/// Throws std::invalid_argument when the folder cannot be written.
void dump_kernel(std::string_view glsl, spirv_code const& words);

} // namespace tandem::gpu::detail
