// A work-stealing deque: its owner pushes and pops at the bottom without a lock, thieves take the oldest, and so the largest, task from the
// top.
//   D. Chase, Y. Lev: Dynamic Circular Work-Stealing Deque. SPAA 2005, in the orders of N. M. Lê et al., PPoPP 2013.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

namespace samples {

/// Of fixed size: the depth-first order keeps few tasks waiting. Every task fits one word.
class stealing_deque {
 public:
  bool push(std::uint64_t task) {
    auto const bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_.load(std::memory_order_acquire) >= static_cast<std::int64_t>(slots_.size()))
      return false;
    slot(bottom).store(task, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_release);
    return true;
  }

  std::optional<std::uint64_t> pop() {
    auto const bottom = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(bottom); // sequentially consistent: thieves see it, or we see their top
    auto top = top_.load();
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return std::nullopt;
    }
    auto const task = slot(bottom).load(std::memory_order_relaxed);
    if (top < bottom)
      return task;
    bool const mine = top_.compare_exchange_strong(top, top + 1); // the last one: a thief may want it too
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return mine ? std::optional(task) : std::nullopt;
  }

  std::optional<std::uint64_t> steal() {
    auto top = top_.load();
    if (top >= bottom_.load())
      return std::nullopt;
    auto const task = slot(top).load(std::memory_order_relaxed);
    return top_.compare_exchange_strong(top, top + 1) ? std::optional(task) : std::nullopt;
  }

 private:
  std::atomic<std::uint64_t>& slot(std::int64_t at) {
    return slots_[static_cast<std::size_t>(at) % slots_.size()];
  }

  alignas(64) std::atomic<std::int64_t> top_{0};
  alignas(64) std::atomic<std::int64_t> bottom_{0};
  std::array<std::atomic<std::uint64_t>, 4096> slots_{};
};

} // namespace samples
