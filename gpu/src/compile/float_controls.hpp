// Execution modes for the same floats everywhere, which GLSL has no words for.
#pragma once

#include "glsl.hpp"

#include <span>

namespace tandem::gpu::detail {

/// Which float controls the device offers, by width (32 and 64 bits).
struct float_controls {
  bool preserve_denormals32 = false;
  bool preserve_denormals64 = false;
  bool preserve_specials32 = false; ///< signed zeros, infinities and NaN
  bool preserve_specials64 = false;
  bool round_even32 = false;
  bool round_even64 = false;
};

/// The module with the execution modes added to its entry point, for the float widths that it uses. A module
/// that is not SPIR-V, or already has one of the modes, comes back unchanged.
spirv_code with_float_controls(std::span<std::uint32_t const> words, float_controls const& offered);

} // namespace tandem::gpu::detail
