#pragma once

#include "counter_table.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tandem::detail {

/// Counts one thread's plain loops: two additions while it stays with one call site, no write that another
/// thread shares. They are counted for the process, since such a call does not look at its runtime.
class plain_loops {
 public:
  plain_loops();
  ~plain_loops();
  plain_loops(plain_loops const&) = delete;
  plain_loops& operator=(plain_loops const&) = delete;

  void note(call_site const& site, std::size_t n) noexcept {
    if (!stays_with(site)) [[unlikely]]
      move_to(site);
    count(n);
  }

  /// Whether the last call noted was of this site: then a call only needs to be counted.
  bool stays_with(call_site const& site) const noexcept {
    return site_.load(std::memory_order_relaxed) == &site;
  }
  void count(std::size_t n) noexcept {
    calls_.store(calls_.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed); // no other thread writes
    elements_.store(elements_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  static plain_loops& of_this_thread() noexcept {
    thread_local plain_loops mine;
    return mine;
  }

  /// Of all threads, those that have ended included. What a thread counts while this runs may be missing.
  static std::vector<call_counter> read();

 private:
  void move_to(call_site const& site) noexcept;
  void hand_over() noexcept;

  std::atomic<call_site const*> site_{nullptr};
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> elements_{0};
};

} // namespace tandem::detail
