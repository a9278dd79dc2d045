// What a compute module expects of its caller, read from its SPIR-V.
#pragma once

#include <tandem/gpu/kernel.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::gpu::detail {

/// One storage or uniform block of descriptor set 0.
struct block_binding {
  std::uint32_t binding = 0;
  std::string name;
  bool uniform = false;   ///< a uniform block rather than a storage block
  bool read_only = false; ///< declared so
  argument_type element =
      argument_type::other; ///< scalar that its array is made of; other: a struct, anything fits
};

/// One member of the push-constant block.
struct push_member {
  std::string name;
  std::uint32_t offset = 0;
  std::uint32_t size_bytes = 0;
  argument_type type = argument_type::other; ///< other: a vector, matrix or struct, checked by size
};

/// A scalar specialisation constant.
struct spec_constant {
  std::uint32_t id = 0;
  std::string name;
  argument_type type = argument_type::other;
  std::size_t word = 0; ///< of the module: the first of its instruction
};

struct module_reflection {
  std::string entry_point;
  std::array<std::uint32_t, 3> group_size{1, 1, 1};
  std::vector<block_binding> bindings; ///< by binding number
  std::vector<push_member> push;       ///< by offset
  std::uint32_t push_bytes = 0;
  std::vector<spec_constant> constants; ///< by id
  bool reads_addresses = false;         ///< may reach any buffer by its address
};

/// Reads a module. Throws kernel_error, naming it, when it is not SPIR-V, has not exactly one compute entry
/// point, or wants what a kernel cannot be given (images, samplers, other descriptor sets, arrays of blocks).
module_reflection reflect(std::span<std::uint32_t const> words, std::string_view name);

/// "std::int32_t", "float" …
char const* name_of(argument_type type) noexcept;

/// The module with these values as its constants' defaults. Throws std::invalid_argument, naming the kernel,
/// for what it has not.
std::vector<std::uint32_t> specialise(std::span<std::uint32_t const> words,
                                      module_reflection const& reflection,
                                      std::span<specialisation const> constants, std::string_view name);

} // namespace tandem::gpu::detail
