// GLSL to SPIR-V, in process. glslang shows in glsl.cpp only.
#pragma once

#include <tandem/config.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::gpu::detail {

using spirv_code = std::vector<std::uint32_t>;

struct glsl_file {
  std::string name; ///< as the includes in it are to see it
  std::string text;
};

/// Finds an included file: (requested name, name of the includer, whether it stands in angle brackets) → file.
/// Throws std::invalid_argument, saying why, when there is none.
using glsl_includer =
    std::function<glsl_file(std::string const& requested, std::string const& includer, bool angled)>;

/// Compiles a compute shader for Vulkan 1.2. `name` appears in messages. Throws kernel_error with glslang's
/// log, whose line numbers are those of `source`. Thread-safe.
TANDEM_API spirv_code compile_glsl(std::string_view source, std::string_view name,
                                   glsl_includer const& include = {});

/// Builds glslang's tables (the first parse costs some 70 ms) on a background thread, once a process.
TANDEM_API void warm_glslang_in_background();

} // namespace tandem::gpu::detail
