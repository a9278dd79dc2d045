// Merging and sorting by merging on a device, within what it can hold at once.
#pragma once

#include "pass.hpp"

#include <tandem/gpu/sort.hpp>

#include <initializer_list>

namespace tandem::gpu::detail {

enum class merge_step : std::uint32_t { tile, split, repair, pass, less };

/// How keys are coded so that their words sort as unsigned numbers; read by the shaders.
enum key_coding : std::uint32_t {
  coding_unsigned = 0,
  coding_signed = 1,
  coding_float = 2,
  coding_descending = 16
};
std::uint32_t coding_of(scalar type, sort_order order) noexcept;

/// GLSL of td_encode and td_decode over words of keys (uint, or uvec2 when `wide`), by push.flags.
std::string key_coding_text(bool wide);

/// Declares a buffer of words: uint, or uvec2 when `wide`.
std::string word_reference(char const* name, bool wide);

/// What one merge reads and writes, as device addresses.
struct merge_buffers {
  std::uint64_t a = 0;
  std::uint64_t b = 0; ///< the same as a where neighbouring runs of one range are merged
  std::uint64_t to = 0;
  std::uint64_t values_a = 0;
  std::uint64_t values_b = 0;
  std::uint64_t values_to = 0;
  std::uint64_t splits = 0; ///< of split_bytes()
};

/// The order of a merge: a traced comparator, or the total order of keys (and then values may move along).
class merge_order {
 public:
  /// Checks the comparator: function 0 of the recording, bool(T, T).
  merge_order(engine& owner, kernel_site& site, recording const& recorded, scalar type);
  merge_order(engine& owner, scalar type, sort_order order, std::size_t value_bytes);

  engine& owner() const noexcept { return owner_; }
  scalar type() const noexcept { return type_; }
  std::size_t key_bytes() const noexcept { return size_of(type_); }
  std::size_t value_bytes() const noexcept { return value_bytes_; }
  std::size_t tile() const noexcept { return 256 * per_invocation_; }
  std::size_t split_bytes(std::size_t n) const noexcept { return (ceil_div(n, tile()) + 1) * 4; }
  /// The most elements that one piece may have.
  std::size_t most() const noexcept;

  /// Starts building the kernels of these steps on a background thread. True when they are ready.
  bool warm(std::initializer_list<merge_step> steps) const;

  /// Sorts tiles of n elements: from `at.a` to `at.to`, which may be the same.
  void record_tiles(recorder& work, merge_buffers const& at, std::size_t n) const;
  /// Merges runs of `width` two by two, or with a width of 0 the first a_count elements (at.a) with the
  /// others (at.b).
  void record_merge(recorder& work, memory const& splits, merge_buffers at, std::size_t n, std::size_t width,
                    std::size_t a_count) const;
  /// Whether the element at address b comes before the one at address a.
  void record_less(recorder& work, std::uint64_t a, std::uint64_t b, std::uint64_t result) const;

 private:
  struct numbers {
    std::size_t n, width, a_count, tiles;
  };
  pipeline const* plain(merge_step what, pass_members const& members, build how) const;
  void launch(recorder& work, merge_step what, merge_buffers const& at, numbers const& given,
              std::size_t groups) const;
  pass_members members(merge_step what, merge_buffers const& at, numbers const& given,
                       std::size_t first) const;
  pass_text text(merge_step what) const;

  engine& owner_;
  shape* traced_ = nullptr;
  recording const* recorded_ = nullptr;
  scalar type_;
  std::size_t value_bytes_ = 0;
  std::size_t per_invocation_;
  std::uint32_t coding_ = 0;
};

/// Keys, and values that move along where there are some, each in host or device memory.
struct keyed_range {
  operand keys;
  operand values{};

  std::size_t count() const noexcept { return keys.count; }
  keyed_range part(std::size_t first, std::size_t count, std::size_t value_bytes) const;
};

/// Merges two sorted ranges into `out`, piece by piece where they are more than the device can hold. Stable.
void merge_ranges(merge_order const& order, keyed_range const& a, keyed_range const& b,
                  keyed_range const& out);

/// Merges sorted neighbouring runs of `width` elements until all is one, with as much memory of the host
/// again.
void merge_all_runs(merge_order const& order, keyed_range const& all, std::size_t width);

} // namespace tandem::gpu::detail
