// The lock-free part of queue<T>: a bounded ring with a turn number in every cell (D. Vyukov's bounded MPMC
// queue, https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue), extended by flags
// that live in the two position words themselves. A thread that wants to sleep sets a flag in the word that
// the other side must change to make progress, so the other side sees the flag or the sleeper sees the
// progress, without any fence. As long as one thread does everything, it claims without atomic
// read-modify-writes (thread_bias.hpp).
#pragma once

#include <tandem/async/detail/thread_bias.hpp>
#include <tandem/async/outcome.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <thread>
#include <utility>

namespace tandem::detail {

inline void relax_cpu() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Short pauses first, then the rest of the time slice.
class backoff {
 public:
  void operator()() noexcept {
    if (round_ < 6) {
      for (unsigned i = 0; i < (1u << round_); ++i)
        relax_cpu();
      ++round_;
    } else {
      std::this_thread::yield();
    }
  }

 private:
  unsigned round_ = 0;
};

template <class T>
class ring {
  // tail_: position << 2 | closed << 1 | poppers wait;  head_: position << 1 | pushers wait.
  static constexpr std::uint64_t poppers_flag = 1, closed_flag = 2, pushers_flag = 1;

  struct cell {
    std::atomic<std::uint64_t> turn; // position: free for it; position + 1: holds it
    alignas(T) unsigned char storage[sizeof(T)];
    T* value() noexcept { return std::launder(reinterpret_cast<T*>(storage)); }
  };

 public:
  explicit ring(std::size_t capacity)
      : capacity_(capacity), mask_(std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity) - 1),
        cells_(new cell[mask_ + 1]) {
    for (std::size_t i = 0; i <= mask_; ++i)
      cells_[i].turn.store(i, std::memory_order_relaxed);
  }
  ring(ring const&) = delete;
  ring& operator=(ring const&) = delete;
  ~ring() {
    bool wake = false;
    std::optional<T> item;
    while (pop(item, wake) == wait_status::ok)
      item.reset();
  }

  std::size_t capacity() const noexcept { return capacity_; }

  std::size_t size() const noexcept {
    std::uint64_t const head = head_.load(std::memory_order_acquire) >> 1;
    std::uint64_t const tail = tail_.load(std::memory_order_acquire) >> 2;
    std::uint64_t const n = tail - head;
    return n < capacity_ ? static_cast<std::size_t>(n) : capacity_;
  }

  bool closed() const noexcept { return tail_.load(std::memory_order_acquire) & closed_flag; }
  bool empty() const noexcept { return size() == 0; }

  /// ok (the value has been moved from), full or closed (it has not). `wake`: someone waits to pop.
  wait_status push(T& value, bool& wake) noexcept {
    if (!bias_.enter())
      return push_among_others(value, wake);
    wait_status const s = push_alone(value, wake);
    bias_.leave();
    return s;
  }

  /// ok, empty, or closed (and drained). `wake`: someone waits to push.
  wait_status pop(std::optional<T>& out, bool& wake) noexcept {
    if (!bias_.enter())
      return pop_among_others(out, wake);
    wait_status const s = pop_alone(out, wake);
    bias_.leave();
    return s;
  }

  /// After set_…_waiting(true), a try sees every claim made before it, and every later claim sees the flag.
  void set_poppers_waiting(bool on) noexcept { set_flag(tail_, poppers_flag, on); }
  void set_pushers_waiting(bool on) noexcept { set_flag(head_, pushers_flag, on); }
  bool pushers_waiting() const noexcept { return head_.load(std::memory_order_seq_cst) & pushers_flag; }
  void close() noexcept {
    bias_.share();
    tail_.fetch_or(closed_flag, std::memory_order_acq_rel);
  }

 private:
  wait_status push_alone(T& value, bool& wake) noexcept {
    std::uint64_t const tail = tail_.load(std::memory_order_relaxed);
    if (tail & closed_flag)
      return wait_status::closed;
    std::uint64_t const position = tail >> 2;
    if (position - (head_.load(std::memory_order_relaxed) >> 1) >= capacity_)
      return wait_status::full;
    cell& c = cells_[position & mask_];
    ::new (static_cast<void*>(c.storage)) T(std::move(value));
    c.turn.store(position + 1, std::memory_order_release);
    tail_.store(tail + 4, std::memory_order_release);
    wake = tail & poppers_flag;
    return wait_status::ok;
  }

  wait_status pop_alone(std::optional<T>& out, bool& wake) noexcept {
    std::uint64_t const head = head_.load(std::memory_order_relaxed);
    std::uint64_t const tail = tail_.load(std::memory_order_relaxed);
    std::uint64_t const position = head >> 1;
    if (tail >> 2 == position)
      return tail & closed_flag ? wait_status::closed : wait_status::empty;
    cell& c = cells_[position & mask_];
    out.emplace(std::move(*c.value()));
    c.value()->~T();
    c.turn.store(position + mask_ + 1, std::memory_order_release);
    head_.store(head + 2, std::memory_order_release);
    wake = head & pushers_flag;
    return wait_status::ok;
  }

  wait_status push_among_others(T& value, bool& wake) noexcept {
    backoff pause;
    std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    for (;;) {
      if (tail & closed_flag)
        return wait_status::closed;
      std::uint64_t const position = tail >> 2;
      if (position - head_seen_.load(std::memory_order_relaxed) >= capacity_) {
        std::uint64_t const head = head_.load(std::memory_order_acquire) >> 1;
        head_seen_.store(head, std::memory_order_relaxed);
        if (position - head >= capacity_) {
          std::uint64_t const now = tail_.load(std::memory_order_acquire);
          if (now == tail)
            return wait_status::full;
          tail = now;
          continue;
        }
      }
      cell& c = cells_[position & mask_];
      std::uint64_t const turn = c.turn.load(std::memory_order_acquire);
      if (turn == position) {
        if (!tail_.compare_exchange_weak(tail, tail + 4, std::memory_order_relaxed))
          continue;
        ::new (static_cast<void*>(c.storage)) T(std::move(value));
        c.turn.store(position + 1, std::memory_order_release);
        wake = tail & poppers_flag;
        return wait_status::ok;
      }
      // Ahead of us: our position is stale. Behind: the popper of this cell is still moving its value out.
      if (static_cast<std::int64_t>(turn - position) < 0)
        pause();
      tail = tail_.load(std::memory_order_relaxed);
    }
  }

  wait_status pop_among_others(std::optional<T>& out, bool& wake) noexcept {
    backoff pause;
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    for (;;) {
      std::uint64_t const position = head >> 1;
      cell& c = cells_[position & mask_];
      std::uint64_t const turn = c.turn.load(std::memory_order_acquire);
      if (turn == position + 1) {
        if (!head_.compare_exchange_weak(head, head + 2, std::memory_order_relaxed))
          continue;
        out.emplace(std::move(*c.value()));
        c.value()->~T();
        c.turn.store(position + mask_ + 1, std::memory_order_release);
        wake = head & pushers_flag;
        return wait_status::ok;
      }
      std::uint64_t const tail = tail_.load(std::memory_order_acquire);
      if (tail >> 2 == position)
        return tail & closed_flag ? wait_status::closed : wait_status::empty;
      if (turn == position)
        pause(); // claimed by a pusher that has not finished
      head = head_.load(std::memory_order_relaxed);
    }
  }

  void set_flag(std::atomic<std::uint64_t>& word, std::uint64_t flag, bool on) noexcept {
    if (static_cast<bool>(word.load(std::memory_order_relaxed) & flag) == on)
      return;
    bias_.share();
    if (on)
      word.fetch_or(flag, std::memory_order_seq_cst);
    else
      word.fetch_and(~flag, std::memory_order_seq_cst);
  }

  std::uint64_t const capacity_;
  std::uint64_t const mask_;
  std::unique_ptr<cell[]> const cells_;
  thread_bias bias_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::atomic<std::uint64_t> head_seen_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};
};

} // namespace tandem::detail
