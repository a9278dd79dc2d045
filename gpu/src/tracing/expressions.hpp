#pragma once

#include "glsl.hpp"

namespace tandem::gpu::detail {

/// Where element `at` (an expression) of a range of a narrow type is: which word, and which bit of it.
class packing {
 public:
  explicit packing(scalar stored) : bytes_(size_of(stored)) {}
  std::string word(std::string const& at) const { return at + (bytes_ == 1 ? " >> 2" : " >> 1"); }
  std::string shift(std::string const& at) const {
    return "((" + at + (bytes_ == 1 ? " & 3u) * 8u)" : " & 1u) * 16u)");
  }

 private:
  std::size_t bytes_;
};

/// The number of a narrow stored type that starts at bit `shift` of a word, as what is computed with.
std::string unpacked(scalar stored, std::string const& word, std::string const& shift);
/// The low bits of a word that store a number in a narrow type, the others zero.
std::string packed(scalar stored, std::string const& number);

/// GLSL for single nodes of a program.
class expression_writer {
 public:
  expression_writer(program const& source, glsl_traits const& traits, std::string block);

  /// How other expressions refer to node i: a variable, a literal, a member of the block.
  std::string name(std::uint32_t i) const;
  /// What computes node i.
  std::string expression(std::uint32_t i) const;
  /// Whether node i is written inside the only expression that uses it, instead of a variable of its own:
  /// long chains of arithmetic, whose variables would not fit some drivers' stacks.
  bool is_inline(std::uint32_t i) const { return inline_[i]; }

 private:
  std::string binary(node const& each, std::string const& a, std::string const& b, scalar operand) const;
  std::string unary(node const& each, std::string const& a, scalar operand) const;
  std::string load(node const& each) const;
  void find_inline();

  program const& source_;
  glsl_traits const& traits_;
  std::string block_;
  std::vector<bool> inline_;
};

} // namespace tandem::gpu::detail
