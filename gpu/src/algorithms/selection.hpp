// Passes over the elements that a traced test keeps: a predicate of the element, or whether it differs from
// the one before it.
#pragma once

#include "chain.hpp"
#include "chunks.hpp"
#include "scan_passes.hpp"

#include <tandem/gpu/device.hpp>

namespace tandem::gpu::detail {

enum class keep_test : std::uint8_t {
  predicate, ///< function 0 takes an element and returns bool: true is kept
  differs    ///< function 0 takes two neighbours and returns bool, whether they are equal: then the second is
             ///< dropped
};

enum class select_pass : std::uint32_t { count, scatter, partition, find, chained };

/// One test over ranges of one type.
class selection {
 public:
  /// Throws what forbids it: wrong types, features or loops that the device does not have.
  selection(engine& owner, kernel_site& site, recording const& recorded, scalar type, keep_test test);

  engine& owner() const noexcept { return owner_; }
  scalar type() const noexcept { return type_; }
  std::size_t element_bytes() const noexcept { return size_of(type_); }

  /// Where a piece is: its `count` elements lie behind `before` (0 or 1) others at `from`.
  struct piece {
    std::uint64_t from;
    std::size_t count;
    std::size_t before = 0;
  };

  /// Counts per tile become where each tile's kept elements go; counters[tiles] the number of all.
  void record_offsets(recorder& work, piece const& in, std::uint64_t counters) const;
  /// scatter and partition move to `to`, by the offsets in `counters`; find leaves the first place there.
  /// What narrow elements move to must be zero.
  void record(recorder& work, select_pass what, piece const& in, std::uint64_t counters,
              std::uint64_t to) const;

  /// Moves what is kept of a piece to `to` in one reading of it; kept_count becomes how many they are. No narrow
  /// elements.
  void record_chained(recorder& work, piece const& in, std::uint64_t to, std::uint64_t kept_count,
                      chain_state const& chain) const;

  /// Starts building the kernels of these passes over n elements. True when they are ready.
  bool warm(std::initializer_list<select_pass> passes, std::size_t n) const;

 private:
  bool narrow() const noexcept { return size_of(type_) < 4; }
  pass_members members(select_pass what, piece const& in, std::uint64_t counters, std::uint64_t to,
                       std::size_t tile) const;
  pass_members chained_members(piece const& in, std::uint64_t to, std::uint64_t kept_count) const;
  bool warm_chained(chained_setting const& how) const;
  pass_text text(select_pass what) const;
  std::uint32_t variant(select_pass what) const noexcept {
    return static_cast<std::uint32_t>(type_) << 8 | static_cast<std::uint32_t>(what) * 2 |
           (test_ == keep_test::differs ? 1 : 0);
  }

  engine& owner_;
  shape& traced_;
  recording const& recorded_;
  scalar type_;
  keep_test test_;
};

/// The counters of one piece, and behind the submission that fills them how many are kept.
class kept_counters {
 public:
  kept_counters(engine& owner, std::size_t count)
      : tiles_(ceil_div(count, scan_tile)), counters_(owner.allocate((tiles_ + 1) * 4)) {}
  memory const& where() const noexcept { return counters_; }
  std::size_t total() const {
    std::uint32_t all = 0;
    counters_.download(&all, 4, tiles_ * 4);
    return all;
  }

 private:
  std::size_t tiles_;
  memory counters_;
};

/// Scratch that kept elements may be moved to.
memory room_for_kept(recorder& work, engine& owner, scalar type, std::size_t count);

/// Copies `bytes` of device memory to place `at_bytes` of an operand; returns when that is done.
void copy_to_operand(engine& owner, memory const& from, std::size_t from_bytes, operand const& to,
                     std::size_t at_bytes, std::size_t bytes);

/// Copies device memory over host bytes that are still needed if the device fails meanwhile: all or nothing.
void replace_host(memory const& from, void* host, std::size_t bytes);

} // namespace tandem::gpu::detail
