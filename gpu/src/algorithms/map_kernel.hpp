#pragma once

#include "operand_text.hpp"
#include "push_block.hpp"

#include <array>
#include <span>

namespace tandem::gpu::detail {

inline constexpr std::size_t max_inputs = 8;
inline constexpr std::size_t max_outputs = 8;
inline constexpr std::uint32_t group_size = 256;

/// How a map's kernel walks its elements.
struct map_variant {
  bool vectors = false;   ///< 16-byte loads and stores; every operand is aligned to 16
  bool aligned = false;   ///< structs of narrow numbers start at words
  std::uint32_t rows = 1; ///< vectors (or elements) of one invocation
  std::uint32_t key() const noexcept { return rows * 4 + (aligned ? 2 : 0) + (vectors ? 1 : 0); }
};

/// Addresses of a call's operands.
struct map_addresses {
  std::array<std::uint64_t, max_inputs> in{};
  std::array<std::uint64_t, max_outputs> out{};
  std::uint64_t status = 0; ///< of the word that says that a loop was cut off
};

/// The kernels of one map or generate: which there are, how they are called.
class map_kernel {
 public:
  /// Throws unsupported_error when the device cannot run it.
  map_kernel(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in,
             std::span<operand const> out);

  /// The fastest variant for these addresses.
  map_variant choose(map_addresses const& at, std::size_t count) const noexcept;
  pipeline const* pipeline_for(map_variant variant, build how) const;
  /// Loops whose trip counts are data run on a device that ends loops silently: they are counted, and a
  /// kernel that came to the end sets the word at `status`.
  bool counted() const noexcept { return loop_budget_ != 0; }
  /// Whether every element of the outputs is words that no other element shares.
  bool writes_words() const noexcept;
  void fill(push_block& push, recorder& work, map_addresses const& at, std::size_t first,
            std::size_t count) const;
  std::size_t elements_per_group(std::uint32_t rows) const noexcept;
  std::uint32_t groups(map_variant variant, std::size_t count, std::uint64_t to) const noexcept;

 private:
  std::span<operand_form const> in() const noexcept { return {in_.data(), inputs_}; }
  std::span<operand_form const> out() const noexcept { return {out_.data(), outputs_}; }
  void check_types() const;
  bool single() const noexcept { return outputs_ == 1 && out_[0].record == nullptr; }
  /// One output of narrow numbers: an invocation makes the elements of a word.
  std::size_t per_word() const noexcept {
    return single() ? 4 / std::min<std::size_t>(4, size_of(out_[0].type)) : 1;
  }
  bool has_table() const noexcept;
  std::uint32_t reference_bytes() const noexcept;
  std::uint32_t skews() const noexcept;

  std::string text(map_variant variant) const;
  std::string helpers(map_variant variant) const;
  std::string vector_text() const;
  std::string value_text(std::string const& call, bool aligned) const;
  std::string operand_members(map_variant variant, std::string_view between) const;
  std::string members(map_variant variant) const;
  std::vector<operand_text> texts() const;

  engine& owner_;
  shape& traced_;
  std::array<operand_form, max_inputs> in_{};
  std::array<operand_form, max_outputs> out_{};
  std::size_t inputs_;
  std::size_t outputs_;
  bool same_width_; ///< one output, and all operands are numbers of one size
  bool long_program_ = false;
  bool cheap_; ///< few operations an element: memory decides
  double iterations_;
  std::uint32_t loop_budget_ = 0;
};

} // namespace tandem::gpu::detail
