// A reduction in its fixed tree: the texts of its two passes and what one call gives them.
#pragma once

#include "joined_value.hpp"
#include "map_kernel.hpp"
#include "push_block.hpp"

#include <shape.h>

#include <tandem/gpu/device.hpp>
#include <tandem/gpu/map_reduce.hpp>

#include <array>
#include <string>
#include <vector>

namespace tandem::gpu::detail {

enum class reduction_pass : std::uint32_t { blocks = 0, final = 1 };

/// A reduction: its texts and what one call gives them.
class reduction {
 public:
  /// `mapped`: function 0 is applied to the inputs, and to the index where it takes one more argument, and
  /// function 1 joins; else function 0 joins.
  reduction(engine& owner, shape& traced, recording const& recorded, std::span<operand const> in, bool mapped,
            reduction_order order);

  /// Whether the function is given the index, behind the elements.
  bool takes_index() const noexcept { return mapped_ && taken_ == numbers_of_inputs() + 1; }

  pipeline const* kernel(reduction_pass which, build how) const {
    std::uint32_t const variant = static_cast<std::uint32_t>(which) |
                                  (order_ == reduction_order::ordered ? 2u : 0u) | (generated_ ? 4u : 0u);
    return traced_.kernels().get(owner_, variant, how, [&] { return text(which); });
  }

  void run(std::span<operand const> in, std::size_t n, joined_type const& type, void const* init,
           void* result) const;
  /// The totals of the blocks alone, to the host.
  void run_blocks(std::span<operand const> in, std::size_t n, std::byte* totals) const;

 private:
  struct progress {
    memory* partials; ///< one result a block; null when there is one block
    std::size_t blocks;
    std::span<std::uint32_t const> init;
    std::span<std::uint32_t> result; ///< words on the host
    std::byte* totals = nullptr;     ///< one result a block on the host, instead of partials and result
  };

  std::span<operand_form const> inputs() const noexcept { return {in_.data(), inputs_}; }
  /// Values of several numbers; others are one number wherever they are.
  bool compound() const noexcept { return numbers_.size() > 1; }
  std::size_t partial_bytes() const noexcept { return 4 * words_of(numbers_); }
  std::size_t numbers_of_inputs() const noexcept {
    std::size_t count = 0;
    for (operand_form const& each : inputs())
      count += each.count();
    return count;
  }
  void check_operation(function_info const& op) const;
  void check_inputs(std::span<scalar const> wanted) const;
  std::string text(reduction_pass which) const;
  std::string element_text() const;
  std::string joining_text() const;
  void record_blocks(recorder& work, std::span<operand const> in, std::size_t first, std::size_t count,
                     progress const& state) const;
  void record_final(recorder& work, progress const& state) const;
  void put_tail(push_block& push, recorder& work, progress const& state, std::uint64_t partials) const;

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  std::array<operand_form, max_inputs> in_{};
  std::size_t inputs_;
  bool mapped_;
  bool generated_;
  reduction_order order_;
  std::size_t taken_ = 0;        ///< arguments of the mapped function
  std::vector<scalar> numbers_;  ///< of a value
  scalar type_ = scalar::uint32; ///< of the elements of buffers of values
};

} // namespace tandem::gpu::detail
