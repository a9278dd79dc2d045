// What a reduction joins: a number, or several of a compound, each of which is a member m0, m1 … of a GLSL struct
// TD_T and one or two words in buffers.
#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::gpu::detail {

/// The numbers of a value as a device computes with them.
std::vector<scalar> numbers_of(joined_type const& type);

/// How many words of 32 bits these numbers are in a buffer.
std::size_t words_of(std::span<scalar const> numbers) noexcept;

/// Bytes of shared memory that one value takes at most.
std::size_t shared_bytes_of(std::span<scalar const> numbers) noexcept;

/// A value in host memory as the words of its numbers, and back. Padding stays as it is.
std::vector<std::uint32_t> to_words(joined_type const& type, void const* host);
void from_words(joined_type const& type, std::uint32_t const* words, void* host);

/// The texts of a kernel that joins compounds of two numbers or more.
struct compound_text {
  std::span<scalar const> numbers;

  /// The struct, and TD_T for its name.
  std::string definition() const;
  /// td_load(from, i), td_store(to, i, x).
  std::string moves() const;
  /// ", x.m0, x.m1 …", where `object` is x.
  std::string members(std::string_view object) const;
};

/// Statements that return what a traced function makes of these arguments, a TD_T.
std::string call_text(std::span<scalar const> numbers, char const* function, std::string const& arguments);

/// Eight bytes of a push block for one value: itself where it is a number, else where its words are.
std::string push_value_text(std::span<scalar const> numbers, char const* name);

} // namespace tandem::gpu::detail
