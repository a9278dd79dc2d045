// The passes of a radix sort, 8 bits each, within what the device can hold.
#pragma once

#include "chained.hpp"
#include "pass.hpp"

#include <tandem/gpu/sort.hpp>

namespace tandem::gpu::detail {

enum class radix_step : std::uint32_t { count, scatter, totals, bases, chained };

/// Where keys and values are in one pass, as device addresses.
struct radix_buffers {
  std::uint64_t keys_in = 0;
  std::uint64_t keys_out = 0;
  std::uint64_t values_in = 0;
  std::uint64_t values_out = 0;
};

class radix_call {
 public:
  radix_call(engine& owner, std::size_t n, scalar type, std::size_t value_bytes, sort_order order,
             chained_setting const& chained = {});

  std::uint32_t passes() const noexcept { return wide_ ? 8 : 4; }
  std::size_t counter_bytes() const noexcept { return std::size_t{256} * tiles_ * 4; }
  std::size_t base_bytes() const noexcept { return std::size_t{256} * passes() * 4; }
  std::size_t state_bytes() const noexcept { return std::size_t{256} * tiles_ * 4; }
  static constexpr std::size_t control_bytes = 64;
  static constexpr std::size_t stuck_offset =
      32; ///< in the control words: one more than the pass that got stuck

  /// One pass, reduce-then-scan. `indices`: the values of the first pass are the keys' places.
  void record(recorder& work, radix_buffers const& at, std::uint64_t counts, std::uint32_t which,
              bool indices) const;

  std::size_t tiles() const noexcept { return tiles_; }
  std::size_t tile_elements() const noexcept { return 256 * per_invocation_; }
  /// The count or scatter step of such a pass for some of its tiles.
  void record_part(recorder& work, radix_step what, radix_buffers const& at, std::uint64_t counts,
                   std::uint32_t which, bool indices, std::size_t first_tile, std::size_t tiles) const;

  /// Starts building the kernels of either way on a background thread. True when they are ready.
  bool warm(bool chained) const;

  /// Where the keys of every digit begin, for all passes: reads the keys once.
  void record_bases(recorder& work, std::uint64_t keys, memory const& bases) const;
  /// One pass in one reading of the keys. Does nothing once control says that an earlier one got stuck.
  void record_chained(recorder& work, radix_buffers const& at, memory const& bases, memory const& state,
                      memory const& control, std::uint32_t which, bool indices) const;

 private:
  struct more_buffers {
    std::uint64_t counts = 0;
    std::uint64_t state = 0;
    std::uint64_t control = 0;
  };
  pipeline const* kernel(radix_step what, pass_members const& members, build how) const;
  pass_members members(radix_step what, radix_buffers const& at, more_buffers const& more,
                       std::uint32_t which, std::uint32_t flags, std::size_t first) const;
  void dispatch(recorder& work, radix_step what, radix_buffers const& at, more_buffers const& more,
                std::uint32_t which, std::uint32_t flags, std::size_t groups, std::size_t begin = 0) const;
  std::uint32_t flags_of(std::uint32_t which, bool indices) const noexcept;
  pass_text text(radix_step what) const;
  std::string helpers(radix_step what) const;
  void choose_ranking();
  std::size_t shared_bytes(std::size_t per_invocation) const noexcept;

  engine& owner_;
  std::size_t n_;
  bool wide_;
  std::size_t value_bytes_;
  chained_setting chained_;
  bool ballots_ = false;
  std::size_t per_invocation_ = 16;
  std::size_t tiles_ = 0;
  std::uint32_t coding_;
};

} // namespace tandem::gpu::detail
