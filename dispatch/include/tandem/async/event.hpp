#pragma once

#include <tandem/async/detail/readiness.hpp>
#include <tandem/async/detail/waiters.hpp>

#include <atomic>

namespace tandem {

namespace detail {

struct deliver_status {
  template <class Handler, class Outcome>
  void operator()(Handler&& handler, Outcome&& o) const {
    std::move(handler)(to_error_code(o.status));
  }
};

class event_state final : public readiness_source {
 public:
  bool is_set() const noexcept { return set_.load(std::memory_order_acquire); }
  bool readable() const noexcept override { return is_set(); }
  bool writable() const noexcept override { return true; }

  void set() noexcept {
    hub_lock lock(*this);
    set_.store(true, std::memory_order_release);
    serve(lock);
  }
  void reset() noexcept {
    hub_lock lock(*this);
    set_.store(false, std::memory_order_release);
  }
  void observe(hub_lock& lock, waiter& w, bool) noexcept override {
    observers_.push_back(w);
    serve(lock);
  }
  void wait(hub_lock& lock, typed_waiter<outcome<void>>& w) noexcept {
    waiters_.push_back(w);
    serve(lock);
  }

 private:
  void serve(hub_lock& lock) noexcept {
    if (!is_set())
      return;
    while (waiter* const w = waiters_.front()) {
      static_cast<typed_waiter<outcome<void>>*>(w)->result.status = wait_status::ok;
      lock.complete(*w);
    }
    while (waiter* const w = observers_.front())
      lock.complete(*w);
  }

  std::atomic<bool> set_{false};
  wait_list waiters_;
  wait_list observers_;
};

} // namespace detail

/// A flag to wait for: set() wakes everyone who waits and lets later ones through until reset()
/// (a manual-reset event; as a latch: never reset it).
///
/// Everything done before set() is visible after the wait. A waiter that set() has let through stays let
/// through, whatever reset() does meanwhile. Safe from any thread. Destroying the event sets it, so that
/// nobody hangs.
class event {
 public:
  event() : state_(std::make_shared<detail::event_state>()) {}
  event(event const&) = delete;
  event& operator=(event const&) = delete;
  ~event() { state_->set(); }

  /// Lets all waits through, present and future, until reset().
  void set() noexcept { state_->set(); }
  /// Makes waits wait again.
  void reset() noexcept { state_->reset(); }
  /// True between set() and reset().
  bool is_set() const noexcept { return state_->is_set(); }

  /// Blocks until set.
  void wait() const {
    block([](auto& w, auto& lock) { w.wait(lock); });
  }
  /// True if it was set in time.
  template <class Rep, class Period>
  bool wait_for(std::chrono::duration<Rep, Period> time) const {
    return block([&](auto& w, auto& lock) { w.wait_until(lock, std::chrono::steady_clock::now() + time); });
  }

  /// Completes with `(error_code)`: none, or `operation_aborted` when cancelled.
  template <class Token = default_token>
  auto async_wait(Token&& token = {}) const {
    return asio::async_initiate<Token, void(std::error_code)>(
        [](auto handler, std::shared_ptr<detail::event_state> state) {
          detail::start_async_wait<detail::deliver_status>(
              state, std::move(handler), detail::outcome<void>{},
              [&](auto& lock, auto& w) { state->wait(lock, w); });
        },
        token, state_);
  }

  std::shared_ptr<detail::readiness_source> readiness() const noexcept { return state_; }

 private:
  template <class Wait>
  bool block(Wait&& wait) const {
    detail::blocking_waiter<detail::outcome<void>> w({});
    detail::hub_lock lock(*state_);
    state_->wait(lock, w);
    wait(w, lock);
    return w.result.status == wait_status::ok;
  }

  std::shared_ptr<detail::event_state> state_;
};

} // namespace tandem
