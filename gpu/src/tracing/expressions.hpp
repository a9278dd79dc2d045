#pragma once

#include "glsl.hpp"

namespace tandem::gpu::detail {

/// GLSL for single nodes of a program.
class expression_writer {
 public:
  expression_writer(program const& source, glsl_traits const& traits, std::string block)
      : source_(source), traits_(traits), block_(std::move(block)) {}

  /// How other expressions refer to node i: a variable, a literal, a member of the block.
  std::string name(std::uint32_t i) const;
  /// What computes node i.
  std::string expression(std::uint32_t i) const;

 private:
  std::string binary(node const& each, std::string const& a, std::string const& b, scalar operand) const;
  std::string unary(node const& each, std::string const& a, scalar operand) const;
  std::string load(node const& each) const;

  program const& source_;
  glsl_traits const& traits_;
  std::string block_;
};

} // namespace tandem::gpu::detail
