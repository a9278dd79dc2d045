// What a queue<T> shares with those who wait at it: the ring, and the lists of the slow path.
#pragma once

#include <tandem/async/detail/local_ring.hpp>
#include <tandem/async/detail/readiness.hpp>
#include <tandem/async/detail/ring.hpp>
#include <tandem/async/detail/waiters.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>

namespace tandem::detail {

template <class T, class Ring>
class queue_state final : public readiness_source {
 public:
  using waiter_type = typed_waiter<outcome<T>>;
  using measure_type = std::function<std::size_t(T const&)>;

  explicit queue_state(std::size_t items) : ring_(items) {}
  queue_state(std::size_t items, std::size_t bytes, measure_type measure)
      : ring_(items), bytes_limit_(bytes), measure_(std::move(measure)) {}

  std::size_t size() const noexcept { return ring_.size(); }
  std::size_t capacity() const noexcept { return ring_.capacity(); }
  std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  std::size_t bytes_limit() const noexcept { return bytes_limit_; }
  bool closed() const noexcept { return ring_.closed(); }
  bool readable() const noexcept override { return !ring_.empty() || ring_.closed(); }
  bool writable() const noexcept override {
    return ring_.closed() || (ring_.size() < ring_.capacity() && (!measure_ || bytes() < bytes_limit_));
  }

  /// Someone is in line already: whoever is ready to wait queues up behind instead of pushing in.
  bool pushers_in_line() const noexcept { return pushers_in_line_.load(std::memory_order_relaxed); }
  bool poppers_in_line() const noexcept { return poppers_in_line_.load(std::memory_order_relaxed); }

  wait_status try_push(T& value) {
    bool wake = false;
    wait_status const s = measure_ ? push_measured(value, wake) : ring_.push(value, wake);
    if (wake) [[unlikely]]
      serve();
    return s;
  }

  wait_status try_pop(std::optional<T>& out) {
    bool wake = false;
    wait_status const s = pop_raw(out, wake);
    if (wake) [[unlikely]]
      serve();
    return s;
  }

  void close() noexcept {
    ring_.close();
    serve();
  }

  void wait_to_push(hub_lock& lock, waiter_type& w) {
    pushers_.push_back(w);
    serve(lock);
  }
  void wait_to_pop(hub_lock& lock, waiter_type& w) {
    poppers_.push_back(w);
    serve(lock);
  }
  void observe(hub_lock& lock, waiter& w, bool for_reading) noexcept override {
    (for_reading ? readers_ : writers_).push_back(w);
    serve(lock);
  }
  void after_removal(hub_lock& lock) noexcept override { serve(lock); }

 private:
  wait_status push_measured(T& value, bool& wake) {
    std::size_t const n = measure_(value);
    std::size_t held = bytes_.load(std::memory_order_relaxed);
    do { // an empty queue takes anything, else a large item would wait for ever
      if (held != 0 && (held > bytes_limit_ || n > bytes_limit_ - held))
        return ring_.closed() ? wait_status::closed : wait_status::full;
    } while (!bytes_.compare_exchange_weak(held, held + n, std::memory_order_seq_cst));
    wait_status const s = ring_.push(value, wake);
    if (s != wait_status::ok)
      give_bytes_back(n, wake);
    return s;
  }

  wait_status pop_raw(std::optional<T>& out, bool& wake) {
    wait_status const s = ring_.pop(out, wake);
    if (s == wait_status::ok && measure_) [[unlikely]]
      give_bytes_back(measure_(*out), wake);
    return s;
  }

  // A pusher who was refused for these bytes may have gone to sleep meanwhile.
  void give_bytes_back(std::size_t n, bool& wake) noexcept {
    bytes_.fetch_sub(n, std::memory_order_seq_cst);
    wake = wake || ring_.pushers_waiting();
  }

  void serve() noexcept {
    hub_lock lock(*this);
    serve(lock);
  }

  void serve(hub_lock& lock) noexcept {
    // Flags first: what happens after this is seen by the tries below or comes back here.
    show_flags();
    for (bool progress = true; progress;) {
      progress = serve_pushers(lock);
      progress = serve_poppers(lock) || progress;
    }
    if (!readers_.empty() && readable())
      complete_all(lock, readers_);
    if (!writers_.empty() && writable())
      complete_all(lock, writers_);
    show_flags();
  }

  bool serve_pushers(hub_lock& lock) {
    bool progress = false, wake = false;
    while (waiter* const w = pushers_.front()) {
      auto& mine = static_cast<waiter_type&>(*w).result;
      mine.status = measure_ ? push_measured(*mine.value, wake) : ring_.push(*mine.value, wake);
      if (mine.status == wait_status::full)
        break;
      if (mine.status == wait_status::ok)
        mine.value.reset();
      lock.complete(*w);
      progress = true;
    }
    return progress;
  }

  bool serve_poppers(hub_lock& lock) {
    bool progress = false, wake = false;
    while (waiter* const w = poppers_.front()) {
      auto& mine = static_cast<waiter_type&>(*w).result;
      mine.status = pop_raw(mine.value, wake);
      if (mine.status == wait_status::empty)
        break;
      lock.complete(*w);
      progress = true;
    }
    return progress;
  }

  static void complete_all(hub_lock& lock, wait_list& list) noexcept {
    while (waiter* const w = list.front())
      lock.complete(*w);
  }

  void show_flags() noexcept {
    ring_.set_poppers_waiting(!poppers_.empty() || !readers_.empty());
    ring_.set_pushers_waiting(!pushers_.empty() || !writers_.empty());
    show(pushers_in_line_, !pushers_.empty());
    show(poppers_in_line_, !poppers_.empty());
  }
  static void show(std::atomic<bool>& flag, bool on) noexcept {
    if (flag.load(std::memory_order_relaxed) != on)
      flag.store(on, std::memory_order_relaxed);
  }

  Ring ring_;
  std::size_t const bytes_limit_ = std::numeric_limits<std::size_t>::max();
  measure_type const measure_;
  std::atomic<bool> pushers_in_line_{false};
  std::atomic<bool> poppers_in_line_{false};
  alignas(64) std::atomic<std::size_t> bytes_{0};
  wait_list pushers_;
  wait_list poppers_;
  wait_list readers_;
  wait_list writers_;
};

} // namespace tandem::detail
