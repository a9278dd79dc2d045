// Lets the only thread that uses a ring do without atomic read-modify-writes, until a second one comes:
// biased locking with an asymmetric fence. The owner pays two plain stores and a second look; the newcomer
// pays, once in the ring's life, a barrier on all of the process's cores (membarrier(2)).
#pragma once

#include <tandem/config.hpp>

#include <atomic>
#include <cstdint>
#include <thread>

namespace tandem::detail {

/// Whether heavy_barrier() can be had: not everywhere, and not under ThreadSanitizer, which does not know it.
TANDEM_API bool heavy_barriers_work() noexcept;
/// Every thread of the process passes a full memory barrier before this returns.
TANDEM_API void heavy_barrier() noexcept;

class thread_bias {
 public:
  /// True: no other thread is or gets inside until leave(). False: others may be, so claim atomically.
  bool enter() noexcept {
    std::uintptr_t const mine = this_thread() | alone;
    std::uintptr_t const now = owner_.load(std::memory_order_acquire);
    if (now == mine) {
      inside_.store(true, std::memory_order_relaxed);
      std::atomic_signal_fence(std::memory_order_seq_cst); // the other half of the fence is heavy_barrier()
      if (owner_.load(std::memory_order_relaxed) == mine) [[likely]]
        return true;
      leave();
      return false;
    }
    return now == shared ? false : become_known(now);
  }
  void leave() noexcept { inside_.store(false, std::memory_order_release); }

  /// From now on nobody is alone, unless it is the caller: to be called before others' words are changed.
  void share() noexcept {
    std::uintptr_t const me = this_thread();
    std::uintptr_t now = owner_.load(std::memory_order_acquire);
    while (now != shared && now != me && now != (me | alone)) {
      if (now != revoking && (now & alone) == 0) {
        if (owner_.compare_exchange_weak(now, shared, std::memory_order_acq_rel))
          return;
      } else if (now == revoking || owner_.compare_exchange_weak(now, revoking, std::memory_order_acq_rel)) {
        wait_for_owner();
        owner_.store(shared, std::memory_order_release);
        return;
      }
    }
  }

 private:
  // Else the address of the thread: used by that one only so far, `alone` once it is known for it.
  static constexpr std::uintptr_t unused = 0, alone = 1, shared = 2, revoking = 3;
  // Fewer uses are not worth a barrier: a value handed over once, a queue that is filled by one and emptied
  // by another.
  static constexpr unsigned uses_until_alone = 128;

  static std::uintptr_t this_thread() noexcept {
    alignas(8) static thread_local char const here = 0;
    return reinterpret_cast<std::uintptr_t>(&here);
  }

  bool become_known(std::uintptr_t now) noexcept {
    std::uintptr_t const me = this_thread();
    if (now == unused && owner_.compare_exchange_strong(now, me, std::memory_order_acq_rel))
      return false;
    if (now == me) {
      unsigned const uses = uses_.load(std::memory_order_relaxed) + 1;
      uses_.store(uses, std::memory_order_relaxed);
      if (uses == uses_until_alone && heavy_barriers_work())
        owner_.compare_exchange_strong(now, me | alone, std::memory_order_acq_rel); // fails if another came
      return false;
    }
    share();
    return false;
  }

  void wait_for_owner() const noexcept {
    heavy_barrier(); // the owner sees `revoking` before it goes in again, or this thread sees it inside
    while (inside_.load(std::memory_order_acquire))
      std::this_thread::yield();
  }

  std::atomic<std::uintptr_t> owner_{unused};
  std::atomic<unsigned> uses_{0};
  std::atomic<bool> inside_{false};
};

} // namespace tandem::detail
