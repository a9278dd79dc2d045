#pragma once

#include "push_block.hpp"

#include <array>
#include <span>

namespace tandem::gpu::detail {

inline constexpr std::size_t max_inputs = 8;
inline constexpr std::uint32_t group_size = 256;

/// How a map's kernel walks its elements.
struct map_variant {
  bool vectors = false;   ///< 16-byte loads and stores; every operand is aligned to 16
  std::uint32_t rows = 1; ///< vectors (or elements) of one invocation
  std::uint32_t key() const noexcept { return rows * 2 + (vectors ? 1 : 0); }
};

/// The kernels of one map or generate: which there are, how they are called.
class map_kernel {
 public:
  /// Throws unsupported_error when the device cannot run it.
  map_kernel(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in,
             operand const& out);

  /// The fastest variant for these addresses.
  map_variant choose(std::span<std::uint64_t const> from, std::uint64_t to, std::size_t count) const noexcept;
  pipeline const* pipeline_for(map_variant variant, build how) const;
  /// Loops whose trip counts are data run on a device that ends loops silently: they are counted, and a
  /// kernel that came to the end sets the word at `status`.
  bool counted() const noexcept { return loop_budget_ != 0; }
  void fill(push_block& push, std::span<std::uint64_t const> from, std::uint64_t to, std::size_t first,
            std::size_t count, std::uint64_t status) const;
  std::size_t elements_per_group(std::uint32_t rows) const noexcept;
  std::uint32_t groups(map_variant variant, std::size_t count, std::uint64_t to) const noexcept;

 private:
  std::string text(map_variant variant) const;
  std::string helpers(map_variant variant) const;
  std::string call(std::string_view argument_prefix, std::string_view suffix) const;

  engine& owner_;
  shape& traced_;
  std::array<scalar, max_inputs> in_{};
  std::size_t inputs_;
  scalar out_;
  bool same_width_; ///< all operands have elements of one size
  bool cheap_;      ///< few operations an element: memory decides
  double iterations_;
  std::uint32_t loop_budget_ = 0;
};

} // namespace tandem::gpu::detail
