#include "reflection.hpp"

#include "spirv.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace tandem::gpu::detail {
namespace {

using spirv::opcode;
using words_view = std::span<std::uint32_t const>;

// Numbers from the SPIR-V specification: decorations, storage classes, execution modes.
constexpr std::uint32_t decoration_array_stride = 6;
constexpr std::uint32_t decoration_matrix_stride = 7;
constexpr std::uint32_t decoration_built_in = 11;
constexpr std::uint32_t decoration_buffer_block = 3;
constexpr std::uint32_t decoration_spec_id = 1;
constexpr std::uint32_t decoration_non_writable = 24;
constexpr std::uint32_t capability_addresses = 5347;
constexpr std::uint32_t decoration_binding = 33;
constexpr std::uint32_t decoration_descriptor_set = 34;
constexpr std::uint32_t decoration_offset = 35;
constexpr std::uint32_t built_in_workgroup_size = 25;
constexpr std::uint32_t class_uniform_constant = 0;
constexpr std::uint32_t class_uniform = 2;
constexpr std::uint32_t class_push_constant = 9;
constexpr std::uint32_t class_storage_buffer = 12;
constexpr std::uint32_t mode_local_size = 17;
constexpr std::uint32_t mode_local_size_id = 38;
constexpr std::uint32_t model_gl_compute = 5;

struct type_fact {
  opcode code{};
  std::vector<std::uint32_t> operands; ///< after the result id
};

struct variable_fact {
  std::uint32_t id = 0;
  std::uint32_t pointer_type = 0;
  std::uint32_t storage_class = 0;
};

struct spec_fact {
  std::uint32_t id = 0; ///< in the module, not the SpecId
  std::uint32_t type = 0;
  std::size_t word = 0;
};

/// The facts of a module, by id.
class module_facts {
 public:
  bool read(words_view words) {
    return spirv::for_each_instruction(words, [&](spirv::instruction const& at) { note(at); });
  }

  std::vector<std::string> entry_points;
  std::array<std::uint32_t, 3> group_size{1, 1, 1};
  std::vector<variable_fact> variables;
  std::vector<spec_fact> spec_constants;
  bool reads_addresses = false;
  std::map<std::uint32_t, std::string> names;

  type_fact const* type(std::uint32_t id) const {
    auto const found = types_.find(id);
    return found == types_.end() ? nullptr : &found->second;
  }
  std::uint32_t constant(std::uint32_t id) const {
    auto const found = constants_.find(id);
    return found == constants_.end() ? 0 : found->second;
  }
  /// A decoration's operand, or `absent`.
  std::uint32_t decoration(std::uint32_t id, std::uint32_t what, std::uint32_t absent = ~0U) const {
    auto const found = decorations_.find({id, what});
    return found == decorations_.end() ? absent : found->second;
  }
  std::uint32_t member_decoration(std::uint32_t id, std::uint32_t member, std::uint32_t what) const {
    auto const found = member_decorations_.find({id, member, what});
    return found == member_decorations_.end() ? ~0U : found->second;
  }
  bool has_member_decoration(std::uint32_t id, std::uint32_t member, std::uint32_t what) const {
    return member_decorations_.contains({id, member, what});
  }
  std::string member_name(std::uint32_t id, std::uint32_t member) const {
    auto const found = member_names_.find({id, member});
    return found == member_names_.end() ? "member " + std::to_string(member) : found->second;
  }

  std::uint32_t size_bytes(std::uint32_t type_id) const;
  argument_type scalar(std::uint32_t type_id) const;

 private:
  void note(spirv::instruction const& at);
  void note_type(opcode code, words_view operands) {
    types_[operands[0]] = {code, {operands.begin() + 1, operands.end()}};
  }
  void note_mode(words_view operands);
  void note_composite(words_view operands);

  std::map<std::uint32_t, type_fact> types_;
  std::map<std::uint32_t, std::uint32_t> constants_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> decorations_;
  std::map<std::array<std::uint32_t, 3>, std::uint32_t> member_decorations_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> member_names_;
};

void module_facts::note_mode(words_view operands) {
  if (operands.size() < 5)
    return;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (operands[1] == mode_local_size)
      group_size[axis] = operands[2 + axis];
    else if (operands[1] == mode_local_size_id)
      group_size[axis] = constant(operands[2 + axis]);
}

/// A constant vector that is the built-in workgroup size overrides the execution mode.
void module_facts::note_composite(words_view operands) {
  if (operands.size() == 5 && decoration(operands[1], decoration_built_in) == built_in_workgroup_size)
    for (std::size_t axis = 0; axis < 3; ++axis)
      group_size[axis] = constant(operands[2 + axis]);
}

void module_facts::note(spirv::instruction const& at) {
  auto const& operands = at.operands;
  switch (at.code) {
  case opcode::entry_point:
    if (operands.size() > 2 && operands[0] == model_gl_compute)
      entry_points.push_back(spirv::text_of(operands.subspan(2)));
    return;
  case opcode::execution_mode:
  case opcode::execution_mode_id:
    return note_mode(operands);
  case opcode::name:
    if (operands.size() > 1)
      names[operands[0]] = spirv::text_of(operands.subspan(1));
    return;
  case opcode::decorate:
    if (operands.size() > 1)
      decorations_[{operands[0], operands[1]}] = operands.size() > 2 ? operands[2] : 0;
    return;
  case opcode::member_decorate:
    if (operands.size() > 2)
      member_decorations_[{operands[0], operands[1], operands[2]}] = operands.size() > 3 ? operands[3] : 0;
    return;
  case opcode::type_bool:
  case opcode::type_int:
  case opcode::type_float:
  case opcode::type_vector:
  case opcode::type_matrix:
  case opcode::type_array:
  case opcode::type_runtime_array:
  case opcode::type_struct:
  case opcode::type_pointer:
    if (!operands.empty())
      note_type(at.code, operands);
    return;
  case opcode::spec_constant_true:
  case opcode::spec_constant_false:
    if (operands.size() > 1)
      spec_constants.push_back({operands[1], operands[0], at.offset});
    return;
  case opcode::constant:
  case opcode::spec_constant:
    if (operands.size() > 2)
      constants_[operands[1]] = operands[2];
    if (operands.size() > 2 && at.code == opcode::spec_constant)
      spec_constants.push_back({operands[1], operands[0], at.offset});
    return;
  case opcode::constant_composite:
  case opcode::spec_constant_composite:
    return note_composite(operands);
  case opcode::variable:
    if (operands.size() > 2)
      variables.push_back({operands[1], operands[0], operands[2]});
    return;
  case opcode::member_name:
    if (operands.size() > 2)
      member_names_[{operands[0], operands[1]}] = spirv::text_of(operands.subspan(2));
    return;
  case opcode::capability:
    reads_addresses |= !operands.empty() && operands[0] == capability_addresses;
    return;
  }
}

std::uint32_t module_facts::size_bytes(std::uint32_t type_id) const {
  auto const* const fact = type(type_id);
  if (fact == nullptr)
    return 0;
  auto const& operands = fact->operands;
  switch (fact->code) {
  case opcode::type_int:
  case opcode::type_float:
    return operands.at(0) / 8;
  case opcode::type_vector:
    return operands.at(1) * size_bytes(operands.at(0));
  case opcode::type_matrix:
    return operands.at(1) * size_bytes(operands.at(0));
  case opcode::type_array:
    return constant(operands.at(1)) *
           decoration(type_id, decoration_array_stride, size_bytes(operands.at(0)));
  case opcode::type_pointer:
    return 8; // a buffer reference
  case opcode::type_struct: {
    std::uint32_t end = 0;
    for (std::uint32_t member = 0; member < operands.size(); ++member) {
      auto const stride = member_decoration(type_id, member, decoration_matrix_stride);
      auto const* const inner = type(operands[member]);
      bool const is_matrix = inner != nullptr && inner->code == opcode::type_matrix && stride != ~0U;
      auto const size = is_matrix ? inner->operands.at(1) * stride : size_bytes(operands[member]);
      auto const offset = member_decoration(type_id, member, decoration_offset);
      end = std::max(end, (offset == ~0U ? end : offset) + size);
    }
    return end;
  }
  default:
    return 0;
  }
}

argument_type module_facts::scalar(std::uint32_t type_id) const {
  auto const* const fact = type(type_id);
  if (fact == nullptr)
    return argument_type::other;
  auto const& operands = fact->operands;
  if (fact->code == opcode::type_float)
    return operands.at(0) == 32   ? argument_type::float32
           : operands.at(0) == 64 ? argument_type::float64
                                  : argument_type::other;
  if (fact->code == opcode::type_bool)
    return argument_type::boolean;
  if (fact->code != opcode::type_int)
    return argument_type::other;
  bool const is_signed = operands.at(1) != 0;
  switch (operands.at(0)) {
  case 8:
    return is_signed ? argument_type::int8 : argument_type::uint8;
  case 16:
    return is_signed ? argument_type::int16 : argument_type::uint16;
  case 32:
    return is_signed ? argument_type::int32 : argument_type::uint32;
  default:
    return is_signed ? argument_type::int64 : argument_type::uint64;
  }
}

/// The scalar that a block's only member, an array of scalars or vectors, is made of.
argument_type element_of(module_facts const& facts, type_fact const& block) {
  if (block.operands.size() != 1)
    return argument_type::other;
  auto id = block.operands[0];
  for (auto const* inner = facts.type(id);
       inner != nullptr && (inner->code == opcode::type_runtime_array || inner->code == opcode::type_array ||
                            inner->code == opcode::type_vector);
       inner = facts.type(id))
    id = inner->operands.at(0);
  return facts.scalar(id);
}

[[noreturn]] void refuse(std::string_view name, std::string const& why) {
  throw kernel_error("the kernel '" + std::string{name} + "' cannot be used: " + why, {}, {});
}

std::string name_of_block(module_facts const& facts, std::uint32_t variable, std::uint32_t struct_type) {
  for (auto const id : {variable, struct_type})
    if (auto const found = facts.names.find(id); found != facts.names.end() && !found->second.empty())
      return found->second;
  return "unnamed";
}

void add_binding(module_reflection& result, module_facts const& facts, variable_fact const& variable,
                 std::uint32_t struct_id, std::string_view name) {
  auto const label = name_of_block(facts, variable.id, struct_id);
  auto const* const block = facts.type(struct_id);
  if (block == nullptr || block->code != opcode::type_struct)
    refuse(name,
           "'" + label + "' is not a buffer block (images, samplers and arrays of blocks cannot be bound)");
  if (auto const set = facts.decoration(variable.id, decoration_descriptor_set, 0); set != 0)
    refuse(name, "'" + label + "' is in descriptor set " + std::to_string(set) + "; only set 0 can be bound");
  bool read_only = facts.decoration(variable.id, decoration_non_writable) != ~0U;
  if (!read_only && !block->operands.empty()) {
    read_only = true;
    for (std::uint32_t member = 0; member < block->operands.size(); ++member)
      read_only &= facts.has_member_decoration(struct_id, member, decoration_non_writable);
  }
  bool const is_uniform =
      variable.storage_class == class_uniform && facts.decoration(struct_id, decoration_buffer_block) == ~0U;
  result.bindings.push_back({facts.decoration(variable.id, decoration_binding, 0), label, is_uniform,
                             is_uniform || read_only,
                             is_uniform ? argument_type::other : element_of(facts, *block)});
}

void add_push_constants(module_reflection& result, module_facts const& facts, std::uint32_t struct_id) {
  auto const& members = facts.type(struct_id)->operands;
  for (std::uint32_t i = 0; i < members.size(); ++i)
    result.push.push_back({facts.member_name(struct_id, i),
                           facts.member_decoration(struct_id, i, decoration_offset),
                           facts.size_bytes(members[i]), facts.scalar(members[i])});
  result.push_bytes = (facts.size_bytes(struct_id) + 3) / 4 * 4;
}

void add_variable(module_reflection& result, module_facts const& facts, variable_fact const& variable,
                  std::string_view name) {
  auto const* const pointer = facts.type(variable.pointer_type);
  if (pointer == nullptr || pointer->operands.size() < 2)
    return;
  auto const target = pointer->operands[1];
  switch (variable.storage_class) {
  case class_push_constant:
    return add_push_constants(result, facts, target);
  case class_storage_buffer:
  case class_uniform:
  case class_uniform_constant:
    return add_binding(result, facts, variable, target, name);
  default:
    return;
  }
}

void add_constants(module_reflection& result, module_facts const& facts) {
  for (spec_fact const& each : facts.spec_constants) {
    auto const id = facts.decoration(each.id, decoration_spec_id);
    auto const named = facts.names.find(each.id);
    if (id != ~0U)
      result.constants.push_back({id, named == facts.names.end() ? std::string{} : named->second,
                                  facts.scalar(each.type), each.word});
  }
  std::sort(result.constants.begin(), result.constants.end(),
            [](auto const& a, auto const& b) { return a.id < b.id; });
}

module_reflection reflect_module(std::span<std::uint32_t const> words, std::string_view name) {
  module_facts facts;
  if (!spirv::is_module(words) || !facts.read(words))
    refuse(name, "it is not a SPIR-V module");
  if (facts.entry_points.size() != 1)
    refuse(name, "it has " + std::to_string(facts.entry_points.size()) + " compute entry points, not one");
  module_reflection result;
  result.entry_point = facts.entry_points.front();
  result.group_size = facts.group_size;
  for (auto const& variable : facts.variables)
    add_variable(result, facts, variable, name);
  result.reads_addresses = facts.reads_addresses;
  add_constants(result, facts);
  std::sort(result.bindings.begin(), result.bindings.end(),
            [](auto const& a, auto const& b) { return a.binding < b.binding; });
  for (std::size_t i = 1; i < result.bindings.size(); ++i)
    if (result.bindings[i].binding == result.bindings[i - 1].binding)
      refuse(name, "two blocks share binding " + std::to_string(result.bindings[i].binding));
  std::sort(result.push.begin(), result.push.end(),
            [](auto const& a, auto const& b) { return a.offset < b.offset; });
  return result;
}

} // namespace

module_reflection reflect(std::span<std::uint32_t const> words, std::string_view name) {
  try {
    return reflect_module(words, name);
  } catch (std::out_of_range const&) { // an instruction with operands missing
    refuse(name, "it is not a valid SPIR-V module");
  }
}

} // namespace tandem::gpu::detail
