// The text of a kernel around traced functions: types of its operands, push constants, and the algorithm's
// own GLSL.
#pragma once

#include "../tracing/shape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tandem::gpu::detail {

inline constexpr std::size_t push_limit_bytes = 128;

/// What stands around the traced functions.
struct kernel_parts {
  std::string defines;       ///< #define lines of the algorithm
  std::string header_fields; ///< members of the push block before the parameters, a multiple of 8 bytes
  std::uint32_t header_bytes = 0;
  std::string helpers;           ///< loads, stores and calls; after the traced functions
  std::string_view body;         ///< the algorithm's text with main()
  std::vector<scalar> types{};   ///< of operands: declares td_ref_T for each
  std::string declarations = {}; ///< after those, before the push block
};

/// Whether the parameters fit beside a header, or go to a buffer whose address follows the header.
bool parameters_spill(parameter_layout const& layout, std::uint32_t header_bytes);

std::string kernel_text(shape const& traced, glsl_traits const& traits, kernel_parts const& parts);

/// Name of the buffer_reference type with elements of this type.
std::string reference_name(scalar type);

/// Declares that type.
std::string declare_reference(scalar type);

/// `T td_loadK(uint i)` from push member `member`; narrow numbers are read from words, the first of which
/// starts with element −push.`member`_skew.
std::string load_function(std::string_view name, scalar type, std::string_view member);

} // namespace tandem::gpu::detail
