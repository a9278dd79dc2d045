// Walking over the instructions of a SPIR-V module.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tandem::gpu::detail::spirv {

inline constexpr std::uint32_t magic = 0x07230203;
inline constexpr std::size_t header_words = 5;

/// The opcodes that tandem looks at, as the specification numbers them.
enum class opcode : std::uint16_t {
  name = 5,
  member_name = 6,
  entry_point = 15,
  execution_mode = 16,
  capability = 17,
  type_bool = 20,
  type_int = 21,
  type_float = 22,
  type_vector = 23,
  type_matrix = 24,
  type_array = 28,
  type_runtime_array = 29,
  type_struct = 30,
  type_pointer = 32,
  constant = 43,
  spec_constant_true = 48,
  spec_constant_false = 49,
  spec_constant = 50,
  variable = 59,
  decorate = 71,
  member_decorate = 72,
  spec_constant_composite = 51,
  constant_composite = 44,
  execution_mode_id = 331,
};

struct instruction {
  opcode code;
  std::span<std::uint32_t const> operands; ///< without the first word
  std::size_t offset;                      ///< in words, of the first word
};

inline bool is_module(std::span<std::uint32_t const> words) noexcept {
  return words.size() > header_words && words[0] == magic;
}

/// Calls visit(instruction) for each instruction; stops at a malformed one and returns false.
template <class Visit>
bool for_each_instruction(std::span<std::uint32_t const> words, Visit visit) {
  for (std::size_t at = header_words; at < words.size();) {
    std::size_t const length = words[at] >> 16;
    if (length == 0 || at + length > words.size())
      return false;
    visit(instruction{static_cast<opcode>(words[at] & 0xffffU), words.subspan(at + 1, length - 1), at});
    at += length;
  }
  return true;
}

/// A literal string operand that starts at the first of `words`.
inline std::string text_of(std::span<std::uint32_t const> words) {
  std::string text;
  for (auto const word : words)
    for (unsigned shift = 0; shift < 32; shift += 8) {
      char const c = static_cast<char>(word >> shift & 0xffU);
      if (c == '\0')
        return text;
      text += c;
    }
  return text;
}

} // namespace tandem::gpu::detail::spirv
