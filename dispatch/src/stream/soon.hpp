// Waiting for what is about to come, and counting who is busy.
#pragma once

#include <tandem/async/queue.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

namespace tandem::detail {

inline constexpr auto short_wait = std::chrono::microseconds(100);

/// The next packet, which is mostly about to come: a thread that goes to sleep for it costs more than the
/// wait, and loses its processor and what its cache holds.
template <class Queue>
auto pop_soon(Queue& q) {
  using clock = std::chrono::steady_clock;
  auto const until = clock::now() + short_wait;
  for (;;) {
    auto next = q.try_pop();
    if (next.status() != wait_status::empty)
      return next;
    if (clock::now() >= until)
      return q.pop();
    std::this_thread::yield();
  }
}

/// Counts a thread as busy.
class busy_thread {
 public:
  explicit busy_thread(std::atomic<std::size_t>& count, bool counts = true) noexcept
      : count_(count), counts_(counts) {
    if (counts_)
      count_.fetch_add(1, std::memory_order_relaxed);
  }
  ~busy_thread() {
    if (counts_)
      count_.fetch_sub(1, std::memory_order_relaxed);
  }
  busy_thread(busy_thread const&) = delete;
  busy_thread& operator=(busy_thread const&) = delete;

 private:
  std::atomic<std::size_t>& count_;
  bool const counts_;
};

} // namespace tandem::detail
