#include "map_kernel.hpp"

#include "../tracing/text.hpp"

#include <tandem/gpu/error.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

char const map_body[] =
#include <tandem_shaders/traced/map.glsl.inc>
    ;

// Below this many elements a group of few elements an invocation fills more of the device.
constexpr std::size_t many_elements = std::size_t{1} << 18;
constexpr float cheap_operations = 64;

/// The vector of 16 bytes.
std::string vector_name(scalar type) {
  constexpr char const* names[scalar_count] = {"", "ivec4", "uvec4", "i64vec2", "u64vec2", "vec4", "dvec2"};
  return names[static_cast<std::size_t>(type)];
}

std::string in_name(std::size_t k) {
  return join({"in", std::to_string(k)});
}

} // namespace

map_kernel::map_kernel(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in,
                       operand const& out)
    : owner_(owner), traced_(traced), inputs_(in.size()), out_(out.type) {
  std::size_t const width = size_of(out.type);
  same_width_ = width >= 4;
  for (std::size_t k = 0; k < inputs_; ++k) {
    in_[k] = in[k].type;
    same_width_ &= size_of(in[k].type) == width;
  }
  function_info const& function = traced.code().functions.at(0);
  if (function.results.size() != 1 || traced.code().nodes[function.results[0]].type != out_)
    throw std::invalid_argument(join({"gpu::map: the traced function does not return ", name_of(out_)}));
  for (std::size_t k = 0; k < inputs_; ++k)
    if (function.inputs.size() != inputs_ || function.inputs[k] != in_[k])
      throw std::invalid_argument(join({"gpu::map: input ", std::to_string(k), " is of ", name_of(in_[k]),
                                        ", which is not what the traced function takes"}));
  cheap_ = traced.operations(recorded) < cheap_operations;
  iterations_ = traced.iterations(recorded);
  require_features(traced.code(), owner);
  if (std::isinf(iterations_) && owner.limits().max_loop_iterations != 0)
    loop_budget_ = counted_loop_budget(traced.code(), owner);
  else // a word of four booleans is one invocation's
    require_loop_budget(out_ == scalar::boolean ? 4 * iterations_ + 4 : iterations_, owner);
}

map_variant map_kernel::choose(std::span<std::uint64_t const> from, std::uint64_t to,
                               std::size_t count) const noexcept {
  map_variant variant;
  std::uint64_t bits = to;
  for (std::uint64_t address : from)
    bits |= address;
  std::uint32_t const budget = owner_.limits().max_loop_iterations;
  double const per_vector = iterations_ * static_cast<double>(16 / std::max<std::size_t>(size_of(out_), 4));
  variant.vectors = same_width_ && bits % 16 == 0 && (budget == 0 || per_vector <= budget);
  if (cheap_ && iterations_ == 0 && count >= many_elements)
    variant.rows = 4;
  return variant;
}

std::size_t map_kernel::elements_per_group(std::uint32_t rows) const noexcept {
  return std::size_t{group_size} * rows;
}

std::uint32_t map_kernel::groups(map_variant variant, std::size_t count, std::uint64_t to) const noexcept {
  std::size_t units = count;
  if (out_ == scalar::boolean)
    units = (count + (to & 3) + 3) / 4;
  else if (variant.vectors)
    units = (count + 16 / size_of(out_) - 1) / (16 / size_of(out_));
  std::size_t const per_group = std::size_t{group_size} * variant.rows;
  return static_cast<std::uint32_t>((units + per_group - 1) / per_group);
}

void map_kernel::fill(push_block& push, std::span<std::uint64_t const> from, std::uint64_t to,
                      std::size_t first, std::size_t count, std::uint64_t status) const {
  for (std::size_t k = 0; k < inputs_; ++k)
    push.put(in_[k] == scalar::boolean ? from[k] & ~std::uint64_t{3} : from[k]);
  push.put(out_ == scalar::boolean ? to & ~std::uint64_t{3} : to);
  if (counted())
    push.put(status);
  push.put(static_cast<std::uint32_t>(count));
  push.put(static_cast<std::uint32_t>(first));
  push.put(static_cast<std::uint32_t>(first >> 32));
  for (std::size_t k = 0; k < inputs_; ++k)
    if (in_[k] == scalar::boolean)
      push.put(static_cast<std::uint32_t>(from[k] & 3));
  if (out_ == scalar::boolean)
    push.put(static_cast<std::uint32_t>(to & 3));
}

pipeline const* map_kernel::pipeline_for(map_variant variant, build how) const {
  return traced_.kernels().get(owner_, variant.key(), how, [&] { return text(variant); });
}

std::string map_kernel::call(std::string_view prefix, std::string_view suffix) const {
  std::string arguments;
  for (std::size_t k = 0; k < inputs_; ++k)
    arguments += join({k == 0 ? "" : ", ", prefix, std::to_string(k), suffix});
  return join({"fn0(", arguments, ")"});
}

std::string map_kernel::helpers(map_variant variant) const {
  std::string text;
  for (std::size_t k = 0; k < inputs_; ++k)
    text += variant.vectors ? join({glsl_name(in_[k]), " td_load", std::to_string(k), "(uint i) { return ",
                                    reference_name(in_[k]), "(push.", in_name(k), ").e[i]; }\n"})
                            : load_function(join({"td_load", std::to_string(k)}), in_[k], in_name(k));
  std::string value = call("td_load", "(i)");
  if (inputs_ == 0) // generate: the index itself, 64 bits where the lambda wants it
    value = traced_.code().functions[0].inputs.at(0) == scalar::uint64
                ? "fn0((uint64_t(push.base_high) << 32) + uint64_t(push.base_low) + uint64_t(i))"
                : "fn0(push.base_low + i)";
  text += join({glsl_name(out_), " td_value(uint i) { return ", value, "; }\n"});
  if (!variant.vectors)
    return text;
  std::size_t const lanes = 16 / size_of(out_);
  text += "void td_vector(uint j) {\n";
  for (std::size_t k = 0; k < inputs_; ++k)
    text += join({"  ", vector_name(in_[k]), " a", std::to_string(k), " = td_vec_", glsl_name(in_[k]),
                  "(push.", in_name(k), ").e[j];\n"});
  std::string lanes_text;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    std::string const index =
        join({"td_value(j * ", std::to_string(lanes), "u + ", std::to_string(lane), "u)"});
    lanes_text += join({lane == 0 ? "" : ", ", inputs_ == 0 ? index
                                                            : call("a", lane == 0   ? ".x"
                                                                        : lane == 1 ? ".y"
                                                                        : lane == 2 ? ".z"
                                                                                    : ".w")});
  }
  text += join(
      {"  td_vec_", glsl_name(out_), "(push.out0).e[j] = ", vector_name(out_), "(", lanes_text, ");\n}\n"});
  return text;
}

std::string map_kernel::text(map_variant variant) const {
  kernel_parts parts;
  std::string skews;
  std::uint32_t small_fields = 3;
  for (std::size_t k = 0; k < inputs_; ++k) {
    parts.types.push_back(in_[k]);
    parts.header_fields +=
        join({"  ", variant.vectors ? std::string("uvec2") : reference_name(in_[k]), " ", in_name(k), ";\n"});
    if (in_[k] == scalar::boolean) {
      skews += join({"  uint ", in_name(k), "_skew;\n"});
      ++small_fields;
    }
  }
  parts.types.push_back(out_);
  parts.header_fields += join({"  ", variant.vectors ? std::string("uvec2") : reference_name(out_),
                               " out0;\n", counted() ? "  td_ref_uint status;\n" : "",
                               "  uint n;\n  uint base_low;\n  uint base_high;\n", skews});
  if (out_ == scalar::boolean) {
    parts.header_fields += "  uint out0_skew;\n";
    ++small_fields;
  }
  if (small_fields % 2 != 0) {
    parts.header_fields += "  uint padding;\n";
    ++small_fields;
  }
  parts.header_bytes = static_cast<std::uint32_t>(8 * (inputs_ + (counted() ? 2 : 1)) + 4 * small_fields);
  parts.defines = join({"#define TD_ROWS ", std::to_string(variant.rows), "\n"});
  // Vectors and elements are two references to one address; GLSL makes both of the address.
  parts.defines += variant.vectors ? join({"#define TD_OUT ", reference_name(out_), "(push.out0)\n"})
                                   : std::string("#define TD_OUT push.out0\n");
  if (out_ == scalar::boolean)
    parts.defines += "#define TD_BYTES\n";
  else if (variant.vectors)
    parts.defines += join({"#define TD_LANES ", std::to_string(16 / size_of(out_)), "u\n"});
  if (variant.vectors)
    for (std::size_t t = 1; t < scalar_count; ++t) {
      scalar const type = static_cast<scalar>(t);
      if (std::find(parts.types.begin(), parts.types.end(), type) != parts.types.end())
        parts.helpers += join({"layout(buffer_reference, std430, buffer_reference_align = 16) buffer td_vec_",
                               glsl_name(type), " { ", vector_name(type), " e[]; };\n"});
    }
  parts.helpers += helpers(variant);
  parts.body = map_body;
  glsl_traits traits = traits_of(owner_);
  traits.loop_budget = loop_budget_;
  if (counted()) {
    parts.types.push_back(scalar::uint32);
    parts.defines += "#define TD_COUNTED\n";
  }
  return kernel_text(traced_, traits, parts);
}

} // namespace tandem::gpu::detail
