#include "pass.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>

namespace tandem::gpu::detail {

std::string pass_members::text() const {
  std::string text;
  for (std::size_t i = 0; i < wides_; ++i) {
    member const& each = wide_[i];
    if (each.declared != nullptr)
      text += join({"  ", each.declared, " ", each.name, ";\n"});
    else if (each.reference)
      text += join({"  ", reference_name(each.type), " ", each.name, ";\n"});
    else if (each.type == scalar::boolean)
      text += join({"  uint ", each.name, ";\n  uint ", each.name, "_high;\n"});
    else
      text += join({"  ", glsl_name(each.type), " ", each.name, ";\n"});
    if (!each.reference && each.type != scalar::boolean && size_of(each.type) == 4)
      text += join({"  uint ", each.name, "_high;\n"});
  }
  for (std::size_t i = 0; i < word_count_; ++i)
    text += join({"  uint ", words_[i].name, words_[i].reference ? "_skew;\n" : ";\n"});
  if (word_count_ % 2 != 0)
    text += "  uint padding;\n";
  return text;
}

std::vector<scalar> pass_members::types() const {
  std::vector<scalar> all;
  for (std::size_t i = 0; i < wides_; ++i)
    if (wide_[i].reference)
      all.push_back(wide_[i].type);
  return all;
}

std::string plain_kernel_text(pass_members const& members, pass_text const& text) {
  std::vector<scalar> types = members.types();
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  auto const uses = [&](scalar type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  std::string all =
      join({"#version 460\n", extensions(uses(scalar::int64) || uses(scalar::uint64), uses(scalar::float64)),
            text.defines});
  for (scalar type : types)
    all += declare_reference(type);
  all += join({"layout(push_constant, std430) uniform td_push {\n", members.text(), "} push;\n", text.helpers,
               text.body});
  return all;
}

void require_type(scalar type, engine const& owner) {
  device_info const& info = owner.info();
  if ((type == scalar::int64 || type == scalar::uint64) && !info.features.int64)
    throw unsupported_error("it has no 64-bit integers (shaderInt64)", info.name);
  if (type == scalar::float64 && !info.features.float64)
    throw unsupported_error("it has no double (shaderFloat64)", info.name);
}

void require_one_piece(std::size_t n, std::size_t element_bytes, engine const& owner) {
  std::uint64_t const most = owner.limits().max_memory_bytes;
  if (n <= std::size_t{1} << 30 && (most == 0 || n * element_bytes <= most))
    return;
  throw unsupported_error(join({"it cannot hold ", std::to_string(n), " elements of ",
                                std::to_string(element_bytes), " bytes at once"}),
                          owner.info().name);
}

} // namespace tandem::gpu::detail
