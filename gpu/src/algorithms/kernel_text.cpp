#include "kernel_text.hpp"

#include "../tracing/expressions.hpp"
#include "../tracing/text.hpp"

#include <utility>

namespace tandem::gpu::detail {
namespace {

/// Narrow numbers are words, several to one.
char const* element_name(scalar type) {
  return size_of(type) < 4 ? "uint" : glsl_name(type);
}

bool wide(scalar type) {
  return type == scalar::int64 || type == scalar::uint64;
}

} // namespace

std::string declare_reference(scalar type) {
  std::string const align = std::to_string(std::max<std::size_t>(size_of(type), 4));
  return join({"layout(buffer_reference, std430, buffer_reference_align = ", align, ") buffer ",
               reference_name(type), " { ", element_name(type), " e[]; };\n"});
}

std::string reference_name(scalar type) {
  constexpr char const* narrow[] = {"int8", "uint8", "int16", "uint16", "half"};
  bool const is_narrow = type >= scalar::int8;
  return join(
      {"td_ref_", is_narrow ? narrow[static_cast<std::size_t>(type) - scalar_count] : glsl_name(type)});
}

bool parameters_spill(parameter_layout const& layout, std::uint32_t header_bytes) {
  return header_bytes + layout.size_bytes > push_limit_bytes;
}

std::string load_function(std::string_view name, scalar type, std::string_view member) {
  if (size_of(type) >= 4)
    return join({glsl_name(type), " ", name, "(uint i) { return push.", member, ".e[i]; }\n"});
  packing const words(type);
  return join({glsl_name(type), " ", name, "(uint i) {\n  i += push.", member, "_skew;\n  return ",
               unpacked(type, join({"push.", member, ".e[", words.word("i"), "]"}), words.shift("i")),
               ";\n}\n"});
}

std::string kernel_text(shape const& traced, glsl_traits const& traits, kernel_parts const& parts) {
  program const& code = traced.code();
  bool int64 = code.uses_int64;
  bool float64 = code.uses_float64;
  bool declared[stored_scalar_count] = {};
  std::string references;
  bool halves = false;
  for (scalar type : parts.types) {
    int64 |= wide(type);
    float64 |= type == scalar::float64;
    halves |= type == scalar::float16;
    if (!std::exchange(declared[static_cast<std::size_t>(type)], true))
      references += declare_reference(type);
  }
  // Corrections of double are written in 64-bit integers.
  int64 |= float64 && !(traits.exact_division64 && traits.exact_sqrt64 && traits.fused_fma64);
  std::string text =
      join({"#version 460\n", extensions(int64, float64), halves ? "#define TD_HALF\n" : "", parts.defines,
            prelude(code, traced.layout(), traits), references, parts.declarations});
  bool const spill = parameters_spill(traced.layout(), parts.header_bytes);
  std::string const members = declare_parameters(traced.layout());
  if (spill)
    text += join(
        {"layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer td_parameters {\n",
         members, "};\n"});
  text += join({"layout(push_constant, std430) uniform td_push {\n", parts.header_fields,
                spill ? "  td_parameters spill;\n" : std::string_view(members), "} push;\n",
                functions(code, traits, spill ? "push.spill" : "push"), parts.helpers, parts.body});
  return text;
}

} // namespace tandem::gpu::detail
