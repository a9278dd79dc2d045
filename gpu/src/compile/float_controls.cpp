#include "float_controls.hpp"

#include "spirv.hpp"

namespace tandem::gpu::detail {
namespace {

// Numbers of the capabilities and of the execution modes that need them (SPIR-V 1.4 and later have both in
// the core).
constexpr std::uint32_t denorm_preserve = 4464;
constexpr std::uint32_t denorm_preserve_mode = 4459;
constexpr std::uint32_t signed_zero_inf_nan_preserve = 4466;
constexpr std::uint32_t signed_zero_inf_nan_preserve_mode = 4461;
constexpr std::uint32_t rounding_rte = 4467;
constexpr std::uint32_t rounding_rte_mode = 4462;

struct module_facts {
  std::size_t after_capabilities = spirv::header_words;
  std::size_t after_entry_points = 0;
  std::uint32_t entry_point = 0;
  bool uses_float32 = false;
  bool uses_float64 = false;
  bool has_float_modes = false;
};

module_facts look_at(std::span<std::uint32_t const> words) {
  using spirv::opcode;
  module_facts facts;
  spirv::for_each_instruction(words, [&](spirv::instruction const& at) {
    auto const end = at.offset + at.operands.size() + 1;
    if (at.code == opcode::capability)
      facts.after_capabilities = end;
    else if (at.code == opcode::entry_point && at.operands.size() > 1) {
      facts.entry_point = at.operands[1];
      facts.after_entry_points = end;
    } else if (at.code == opcode::execution_mode && at.operands.size() > 1)
      facts.has_float_modes |= at.operands[1] >= denorm_preserve_mode && at.operands[1] <= rounding_rte_mode;
    else if (at.code == opcode::type_float && at.operands.size() > 1)
      (at.operands[1] == 64 ? facts.uses_float64 : facts.uses_float32) |=
          at.operands[1] == 64 || at.operands[1] == 32;
  });
  return facts;
}

constexpr std::uint32_t first_word(spirv::opcode code, std::uint32_t length) {
  return length << 16 | static_cast<std::uint32_t>(code);
}

} // namespace

spirv_code with_float_controls(std::span<std::uint32_t const> words, float_controls const& offered) {
  spirv_code unchanged{words.begin(), words.end()};
  constexpr std::uint32_t version_1_4 = 0x00010400;
  if (!spirv::is_module(words) || words[1] < version_1_4)
    return unchanged;
  auto const facts = look_at(words);
  if (facts.after_entry_points == 0 || facts.has_float_modes)
    return unchanged;

  spirv_code capabilities;
  spirv_code modes;
  auto const add = [&](bool wanted32, bool wanted64, std::uint32_t capability, std::uint32_t mode) {
    wanted32 = wanted32 && facts.uses_float32;
    wanted64 = wanted64 && facts.uses_float64;
    if (wanted32 || wanted64)
      capabilities.insert(capabilities.end(), {first_word(spirv::opcode::capability, 2), capability});
    for (std::uint32_t const width : {wanted32 ? 32U : 0U, wanted64 ? 64U : 0U})
      if (width != 0)
        modes.insert(modes.end(),
                     {first_word(spirv::opcode::execution_mode, 4), facts.entry_point, mode, width});
  };
  add(offered.preserve_denormals32, offered.preserve_denormals64, denorm_preserve, denorm_preserve_mode);
  add(offered.preserve_specials32, offered.preserve_specials64, signed_zero_inf_nan_preserve,
      signed_zero_inf_nan_preserve_mode);
  add(offered.round_even32, offered.round_even64, rounding_rte, rounding_rte_mode);

  auto const at = [&](std::size_t offset) { return words.begin() + static_cast<std::ptrdiff_t>(offset); };
  spirv_code result{words.begin(), at(facts.after_capabilities)};
  result.insert(result.end(), capabilities.begin(), capabilities.end());
  result.insert(result.end(), at(facts.after_capabilities), at(facts.after_entry_points));
  result.insert(result.end(), modes.begin(), modes.end());
  result.insert(result.end(), at(facts.after_entry_points), words.end());
  return result;
}

} // namespace tandem::gpu::detail
