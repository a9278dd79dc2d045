#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>

#include <atomic>
#include <cstddef>

// One pass over tiles where each needs something from the one before: threads take tiles in order, do what
// they can, wait for their turn, take and leave the carry, and finish. (Chained scan; the tile before is
// always in a running thread's hands, so waiting ends.)

namespace tandem::cpu::detail {

class TANDEM_API turns {
 public:
  explicit turns(std::size_t tiles) noexcept : tiles_(tiles) {}

  /// The next tile, or a number ≥ tiles() when there is none or a thread gave up.
  std::size_t take() noexcept {
    return abandoned_.load(std::memory_order_relaxed) ? tiles_
                                                      : ticket_.fetch_add(1, std::memory_order_relaxed);
  }
  std::size_t tiles() const noexcept { return tiles_; }

  /// Waits until all earlier tiles have passed; false if one never will, because its thread failed.
  bool wait_for(std::size_t tile) const noexcept {
    return turn_.load(std::memory_order_acquire) == tile || wait_longer(tile);
  }
  void pass(std::size_t tile) noexcept { turn_.store(tile + 1, std::memory_order_release); }
  void abandon() noexcept { abandoned_.store(true, std::memory_order_relaxed); }

 private:
  bool wait_longer(std::size_t tile) const noexcept;

  std::size_t tiles_;
  alignas(64) std::atomic<std::size_t> ticket_{0};
  std::atomic<bool> abandoned_{false};
  alignas(64) std::atomic<std::size_t> turn_{0};
};

/// body(tile, turns) for every tile, by as many threads as there are; body waits and passes. Each thread
/// makes its own body with make(), for buffers.
template <class Make>
void for_tiles_in_turn(execution const& how, std::size_t tiles, Make const& make) {
  turns order(tiles);
  auto const work = [&](std::size_t) {
    auto body = make();
    try {
      for (auto tile = order.take(); tile < tiles; tile = order.take())
        body(tile, order);
    } catch (...) {
      order.abandon();
      throw;
    }
  };
  if (how.workers == nullptr || tiles == 1)
    work(0);
  else
    how.workers->for_workers(tiles < how.workers->threads() ? tiles : how.workers->threads(), work);
}

} // namespace tandem::cpu::detail
