#include "map_kernel.hpp"

#include "../tracing/expressions.hpp"
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
// Nodes that are worth their text four times.
constexpr std::size_t longest_repeated_program = 400;
// n and the two halves of the first index.
constexpr std::uint32_t own_words = 3;

/// The vector of 16 bytes.
std::string vector_name(scalar type) {
  constexpr char const* names[scalar_count] = {"", "ivec4", "uvec4", "i64vec2", "u64vec2", "vec4", "dvec2"};
  return names[static_cast<std::size_t>(type)];
}

std::string number(std::size_t n) {
  return std::to_string(n);
}

std::uint32_t rounded_to_8(std::uint32_t bytes) {
  return (bytes + 7) / 8 * 8;
}

} // namespace

map_kernel::map_kernel(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in,
                       std::span<operand const> out)
    : owner_(owner), traced_(traced), inputs_(in.size()), outputs_(out.size()) {
  std::copy(in.begin(), in.end(), in_.begin());
  std::copy(out.begin(), out.end(), out_.begin());
  std::size_t const width = size_of(out_[0].type);
  same_width_ = single() && width >= 4;
  for (operand_form const& each : this->in())
    same_width_ &= each.record == nullptr && size_of(each.type) == width;
  check_types();
  std::size_t live = 0;
  for (bool each : traced.code().live)
    live += each ? 1 : 0;
  long_program_ = live > longest_repeated_program;
  cheap_ = traced.operations(recorded) < cheap_operations;
  iterations_ = traced.iterations(recorded);
  require_features(traced.code(), owner);
  if (std::isinf(iterations_) && owner.limits().max_loop_iterations != 0)
    loop_budget_ = counted_loop_budget(traced.code(), owner);
  else { // a word of narrow numbers is one invocation's
    auto const elements = static_cast<double>(per_word());
    require_loop_budget(per_word() > 1 ? elements * iterations_ + elements : iterations_, owner);
  }
}

void map_kernel::check_types() const {
  program const& code = traced_.code();
  function_info const& function = code.functions.at(0);
  auto const same = [](std::span<operand_form const> forms, std::size_t count, auto const& type_of) {
    std::size_t at = 0;
    for (operand_form const& each : forms)
      for (std::size_t f = 0; f < each.count(); ++f, ++at)
        if (at >= count || computed(each.number(f)) != type_of(at))
          return false;
    return at == count;
  };
  if (!same(out(), function.results.size(),
            [&](std::size_t r) { return code.nodes[function.results[r]].type; }))
    throw std::invalid_argument("gpu::map: the traced function does not return the types of the outputs");
  if (inputs_ != 0 && !same(in(), function.inputs.size(), [&](std::size_t k) { return function.inputs[k]; }))
    throw std::invalid_argument("gpu::map: the traced function does not take the types of the inputs");
}

map_variant map_kernel::choose(map_addresses const& at, std::size_t count) const noexcept {
  map_variant variant;
  std::uint64_t bits = 0;
  for (std::uint64_t address : at.in)
    bits |= address;
  std::uint64_t to = 0;
  for (std::uint64_t address : at.out)
    to |= address;
  std::uint32_t const budget = owner_.limits().max_loop_iterations;
  auto const elements = 16 / std::max<std::size_t>(size_of(out_[0].type), 4); // of a vector
  double const per_vector = iterations_ * static_cast<double>(elements);
  // A long program four times over would take drivers minutes to compile.
  variant.vectors =
      same_width_ && !long_program_ && (bits | to) % 16 == 0 && (budget == 0 || per_vector <= budget);
  variant.aligned = !variant.vectors && to % 4 == 0 &&
                    std::any_of(out().begin(), out().end(), [](operand_form const& each) {
                      return each.record != nullptr && each.has_skew() && each.fills_words();
                    });
  if (single() && cheap_ && iterations_ == 0 && count >= many_elements)
    variant.rows = 4;
  return variant;
}

bool map_kernel::writes_words() const noexcept {
  return std::none_of(out().begin(), out().end(), [](operand_form const& each) { return each.has_skew(); });
}

std::size_t map_kernel::elements_per_group(std::uint32_t rows) const noexcept {
  return std::size_t{group_size} * rows;
}

std::uint32_t map_kernel::groups(map_variant variant, std::size_t count, std::uint64_t to) const noexcept {
  std::size_t units = count;
  if (per_word() > 1)
    units = (count + out_[0].skew(to) + per_word() - 1) / per_word();
  else if (variant.vectors)
    units = (count + 16 / size_of(out_[0].type) - 1) / (16 / size_of(out_[0].type));
  std::size_t const per_group = std::size_t{group_size} * variant.rows;
  return static_cast<std::uint32_t>((units + per_group - 1) / per_group);
}

std::uint32_t map_kernel::reference_bytes() const noexcept {
  return static_cast<std::uint32_t>(8 * (inputs_ + outputs_));
}

std::uint32_t map_kernel::skews() const noexcept {
  std::uint32_t count = 0;
  for (std::span<operand_form const> forms : {in(), out()})
    for (operand_form const& each : forms)
      count += each.has_skew() ? 1 : 0;
  return count;
}

/// Many operands do not fit beside the address of spilled parameters: then theirs are in a buffer too.
bool map_kernel::has_table() const noexcept {
  return reference_bytes() + (counted() ? 8 : 0) + rounded_to_8(4 * (own_words + skews())) + 8 >
         push_limit_bytes;
}

void map_kernel::fill(push_block& push, recorder& work, map_addresses const& at, std::size_t first,
                      std::size_t count) const {
  std::array<std::uint64_t, max_inputs + max_outputs> references{};
  std::array<std::uint32_t, max_inputs + max_outputs> skewed{};
  std::size_t operands = 0;
  std::size_t skew_count = 0;
  auto const add = [&](operand_form const& form, std::uint64_t address) {
    references[operands++] = form.base(address);
    if (form.has_skew())
      skewed[skew_count++] = form.skew(address);
  };
  for (std::size_t k = 0; k < inputs_; ++k)
    add(in_[k], at.in[k]);
  for (std::size_t k = 0; k < outputs_; ++k)
    add(out_[k], at.out[k]);
  bool const table = has_table();
  if (table) {
    thread_local std::vector<std::byte> bytes;
    bytes.assign(8 * operands + rounded_to_8(static_cast<std::uint32_t>(4 * skew_count)), std::byte{});
    std::memcpy(bytes.data(), references.data(), 8 * operands);
    std::memcpy(bytes.data() + 8 * operands, skewed.data(), 4 * skew_count);
    push.put(work.input(bytes.data(), bytes.size()));
  } else
    for (std::size_t k = 0; k < operands; ++k)
      push.put(references[k]);
  if (counted())
    push.put(at.status);
  push.put(static_cast<std::uint32_t>(count));
  push.put(static_cast<std::uint32_t>(first));
  push.put(static_cast<std::uint32_t>(first >> 32));
  for (std::size_t k = 0; k < skew_count && !table; ++k)
    push.put(skewed[k]);
}

pipeline const* map_kernel::pipeline_for(map_variant variant, build how) const {
  return traced_.kernels().get(owner_, variant.key(), how, [&] { return text(variant); });
}

std::vector<operand_text> map_kernel::texts() const {
  std::string const path = has_table() ? "operands." : "";
  std::vector<operand_text> all;
  all.reserve(inputs_ + outputs_);
  for (std::size_t k = 0; k < inputs_; ++k)
    all.emplace_back(in_[k], join({"in", number(k)}), path);
  for (std::size_t k = 0; k < outputs_; ++k)
    all.emplace_back(out_[k], join({"out", number(k)}), path);
  return all;
}

/// The members that say where the operands are, with `between` between references and skews.
std::string map_kernel::operand_members(map_variant variant, std::string_view between) const {
  std::vector<operand_text> const all = texts();
  std::string references;
  std::string skew_words;
  for (std::size_t k = 0; k < all.size(); ++k) {
    bool const is_input = k < inputs_;
    std::string const name = join({is_input ? "in" : "out", number(is_input ? k : k - inputs_)});
    references += join({"  ", variant.vectors ? "uvec2" : all[k].reference(), " ", name, ";\n"});
    if ((is_input ? in_[k] : out_[k - inputs_]).has_skew())
      skew_words += join({"  uint ", name, "_skew;\n"});
  }
  return join({references, between, skew_words});
}

std::string map_kernel::members(map_variant variant) const {
  std::string const own =
      join({counted() ? "  td_ref_uint status;\n" : "", "  uint n;\n  uint base_low;\n  uint base_high;\n"});
  if (has_table())
    return join({"  td_operands operands;\n", own, "  uint padding;\n"});
  bool const odd = (own_words + skews()) % 2 != 0;
  return join({operand_members(variant, own), odd ? "  uint padding;\n" : ""});
}

/// td_vector(j): every operand as vectors of 16 bytes.
std::string map_kernel::vector_text() const {
  scalar const out = out_[0].type;
  std::size_t const lanes = 16 / size_of(out);
  std::string text = "void td_vector(uint j) {\n";
  for (std::size_t k = 0; k < inputs_; ++k)
    text += join({"  ", vector_name(in_[k].type), " a", number(k), " = td_vec_", glsl_name(in_[k].type),
                  "(push.", has_table() ? "operands." : "", "in", number(k), ").e[j];\n"});
  std::string all;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    std::string arguments;
    for (std::size_t k = 0; k < inputs_; ++k)
      arguments +=
          join({k == 0 ? "" : ", ", "a", number(k), std::string_view(".x.y.z.w").substr(2 * lane, 2)});
    std::string const index = join({"td_value(j * ", number(lanes), "u + ", number(lane), "u)"});
    all += join({lane == 0 ? "" : ", ", inputs_ == 0 ? index : join({"fn0(", arguments, ")"})});
  }
  return text + join({"  td_vec_", glsl_name(out), "(push.", has_table() ? "operands." : "",
                      "out0).e[j] = ", vector_name(out), "(", all, ");\n}\n"});
}

/// td_value(i), or td_store(i) where there is more than one number to store.
std::string map_kernel::value_text(std::string const& arguments, bool aligned) const {
  if (single())
    return join({glsl_name(out_[0].type), " td_value(uint i) { return fn0(", arguments, "); }\n"});
  std::string declared;
  std::string results;
  std::string stores;
  std::size_t at = 0;
  std::vector<operand_text> const all = texts();
  for (std::size_t k = 0; k < outputs_; ++k) {
    stores += all[inputs_ + k].store(at, aligned);
    for (std::size_t f = 0; f < out_[k].count(); ++f, ++at) {
      declared += join({"  ", glsl_name(out_[k].number(f)), " r", number(at), ";\n"});
      results += join({", r", number(at)});
    }
  }
  std::string const call =
      at == 1 ? join({"  r0 = fn0(", arguments, ");\n"}) : join({"  fn0(", arguments, results, ");\n"});
  return join({"void td_store(uint i) {\n", declared, call, stores, "}\n"});
}

std::string map_kernel::helpers(map_variant variant) const {
  std::string text;
  std::string arguments;
  std::vector<operand_text> const all = texts();
  bool puts = false;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k >= inputs_) {
      puts |= !single() && all[k].puts(variant.aligned);
      continue;
    }
    arguments += join({k == 0 ? "" : ", ", all[k].arguments()});
    text += variant.vectors ? join({glsl_name(in_[k].type), " in", number(k), "_load0(uint i) { return ",
                                    reference_name(in_[k].type), "(push.", has_table() ? "operands." : "",
                                    "in", number(k), ").e[i]; }\n"})
                            : all[k].loads();
  }
  if (puts)
    text += put_function;
  if (inputs_ == 0) // generate: the index itself, 64 bits where the lambda wants it
    arguments = traced_.code().functions[0].inputs.at(0) == scalar::uint64
                    ? "(uint64_t(push.base_high) << 32) + uint64_t(push.base_low) + uint64_t(i)"
                    : "push.base_low + i";
  text += value_text(arguments, variant.aligned);
  if (per_word() > 1)
    text += join({"uint td_bits(uint i) { return ", packed(out_[0].type, "td_value(i)"), "; }\n"});
  return variant.vectors ? text + vector_text() : text;
}

std::string map_kernel::text(map_variant variant) const {
  kernel_parts parts;
  for (operand_text const& each : texts())
    each.add_types(parts.types);
  if (counted() || skews() != 0)
    parts.types.push_back(scalar::uint32);
  parts.header_fields = members(variant);
  parts.header_bytes =
      has_table() ? 8 + (counted() ? 8 : 0) + 16
                  : reference_bytes() + (counted() ? 8 : 0) + rounded_to_8(4 * (own_words + skews()));
  if (has_table())
    parts.declarations =
        join({"layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer td_operands {\n",
              operand_members(variant, ""), "};\n"});
  parts.defines = join({"#define TD_ROWS ", number(variant.rows), "\n"});
  std::string const out = join({"push.", has_table() ? "operands." : "", "out0"});
  // Vectors and elements are two references to one address; GLSL makes both of the address.
  parts.defines += variant.vectors ? join({"#define TD_OUT ", reference_name(out_[0].type), "(", out, ")\n"})
                                   : join({"#define TD_OUT ", out, "\n"});
  if (!single())
    parts.defines += "#define TD_STORE\n";
  else if (per_word() > 1)
    parts.defines += join({"#define TD_PER_WORD ", number(per_word()), "u\n#define TD_WIDTH_BITS ",
                           number(8 * size_of(out_[0].type)), "u\n#define TD_SKEW ",
                           std::string_view(out).substr(5), "_skew\n"});
  else if (variant.vectors)
    parts.defines += join({"#define TD_LANES ", number(16 / size_of(out_[0].type)), "u\n"});
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
  if (counted())
    parts.defines += "#define TD_COUNTED\n";
  return kernel_text(traced_, traits, parts);
}

} // namespace tandem::gpu::detail
