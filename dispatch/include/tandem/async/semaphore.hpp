#pragma once

#include <tandem/async/detail/readiness.hpp>
#include <tandem/async/detail/waiters.hpp>

#include <atomic>
#include <cstddef>

namespace tandem {

namespace detail {
class semaphore_state;
}

/// Permits taken from an async_semaphore, given back on destruction.
class semaphore_permit {
 public:
  semaphore_permit() = default;
  semaphore_permit(semaphore_permit&& other) noexcept
      : state_(std::move(other.state_)), count_(std::exchange(other.count_, 0)) {}
  semaphore_permit& operator=(semaphore_permit&& other) noexcept {
    release();
    state_ = std::move(other.state_);
    count_ = std::exchange(other.count_, 0);
    return *this;
  }
  ~semaphore_permit() { release(); }

  /// False when the semaphore was closed, or the permits are given back already.
  explicit operator bool() const noexcept { return state_ != nullptr; }
  /// How many permits it holds.
  std::size_t count() const noexcept { return count_; }

  /// Gives the permits back now.
  void release() noexcept {
    if (auto const state = std::exchange(state_, nullptr))
      give_back(*state, std::exchange(count_, 0));
  }
  /// Keeps the permits for good: the semaphore has that many fewer.
  void forget() noexcept {
    state_ = nullptr;
    count_ = 0;
  }

 private:
  friend class detail::semaphore_state;
  semaphore_permit(std::shared_ptr<detail::semaphore_state> state, std::size_t count) noexcept
      : state_(std::move(state)), count_(count) {}

  static inline void give_back(detail::semaphore_state& state, std::size_t n) noexcept;

  std::shared_ptr<detail::semaphore_state> state_;
  std::size_t count_ = 0;
};

namespace detail {

// The permits are in here from the moment they are taken, so that they cannot get lost with the handler.
struct permit_outcome {
  wait_status status = wait_status::empty;
  std::size_t wanted = 1;
  semaphore_permit permit = {};
};

struct deliver_permit {
  template <class Handler>
  void operator()(Handler&& handler, permit_outcome&& o) const {
    std::move(handler)(to_error_code(o.status), std::move(o.permit));
  }
};

class semaphore_state final : public readiness_source, public std::enable_shared_from_this<semaphore_state> {
 public:
  using waiter_type = typed_waiter<permit_outcome>;
  explicit semaphore_state(std::size_t permits) noexcept : permits_(permits) {}

  bool readable() const noexcept override { return closed() || available() > 0; }
  bool writable() const noexcept override { return true; }
  std::size_t available() const noexcept { return permits_.load(std::memory_order_acquire); }
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  semaphore_permit try_acquire(std::size_t n) noexcept {
    hub_lock lock(*this);
    if (closed() || !waiters_.empty() || !take(n))
      return {};
    return {shared_from_this(), n};
  }
  void release(std::size_t n) noexcept {
    hub_lock lock(*this);
    permits_.store(available() + n, std::memory_order_release);
    serve(lock);
  }
  void close() noexcept {
    hub_lock lock(*this);
    closed_.store(true, std::memory_order_release);
    serve(lock);
  }
  void wait(hub_lock& lock, waiter_type& w) noexcept {
    waiters_.push_back(w);
    serve(lock);
  }
  void observe(hub_lock& lock, waiter& w, bool) noexcept override {
    observers_.push_back(w);
    serve(lock);
  }
  void after_removal(hub_lock& lock) noexcept override { serve(lock); }

 private:
  bool take(std::size_t n) noexcept {
    std::size_t const have = available();
    if (have < n)
      return false;
    permits_.store(have - n, std::memory_order_release);
    return true;
  }
  void serve(hub_lock& lock) noexcept {
    while (waiter* const w = waiters_.front()) {
      auto& mine = static_cast<waiter_type*>(w)->result;
      if (closed()) {
        mine.status = wait_status::closed;
      } else if (take(mine.wanted)) {
        mine.status = wait_status::ok;
        mine.permit = {shared_from_this(), mine.wanted};
      } else
        break;
      lock.complete(*w);
    }
    if (readable() && waiters_.empty())
      while (waiter* const w = observers_.front())
        lock.complete(*w);
  }

  std::atomic<std::size_t> permits_;
  std::atomic<bool> closed_{false};
  wait_list waiters_;
  wait_list observers_;
};

} // namespace detail

inline void semaphore_permit::give_back(detail::semaphore_state& state, std::size_t n) noexcept {
  state.release(n);
}

/// Permits to take and give back, as `tokio::sync::Semaphore`: fair (who asks for many is not overtaken by
/// who asks for few), any number at a time, for threads, handlers and coroutines.
///
/// A permit that reaches nobody (its handler was destroyed, its wait cancelled) goes back to the semaphore.
/// close() ends all waits, present and future, with an empty permit; permits that are out stay valid.
class async_semaphore {
  using state_type = detail::semaphore_state;

 public:
  /// A semaphore with so many permits.
  explicit async_semaphore(std::size_t permits) : state_(std::make_shared<state_type>(permits)) {}
  async_semaphore(async_semaphore const&) = delete;
  async_semaphore& operator=(async_semaphore const&) = delete;
  ~async_semaphore() { state_->close(); }

  /// Permits that nobody has.
  std::size_t available() const noexcept { return state_->available(); }
  bool closed() const noexcept { return state_->closed(); }
  /// Ends all waits with an empty permit.
  void close() noexcept { state_->close(); }
  /// Adds permits beyond those it was made with.
  void add(std::size_t n) noexcept { state_->release(n); }

  /// An empty permit if there are not n, if others wait in line, or when closed.
  semaphore_permit try_acquire(std::size_t n = 1) { return state_->try_acquire(n); }
  /// Blocks; an empty permit means closed.
  semaphore_permit acquire(std::size_t n = 1) {
    return block(n, [](auto& w, auto& lock) { w.wait(lock); });
  }
  /// An empty permit means closed or too late.
  template <class Rep, class Period>
  semaphore_permit acquire_for(std::size_t n, std::chrono::duration<Rep, Period> time) {
    return block(n,
                 [&](auto& w, auto& lock) { w.wait_until(lock, std::chrono::steady_clock::now() + time); });
  }

  /// Completes with `(error_code, semaphore_permit)`; an empty permit without error means closed.
  template <class Token = default_token>
  auto async_acquire(std::size_t n, Token&& token = {}) {
    return asio::async_initiate<Token, void(std::error_code, semaphore_permit)>(
        [](auto handler, std::shared_ptr<state_type> state, std::size_t wanted) {
          detail::start_async_wait<detail::deliver_permit>(
              state, std::move(handler), detail::permit_outcome{.wanted = wanted},
              [&](auto& lock, auto& w) { state->wait(lock, w); });
        },
        token, state_, n);
  }
  auto async_acquire() { return async_acquire(1, default_token{}); }

  std::shared_ptr<detail::readiness_source> readiness() const noexcept { return state_; }

 private:
  template <class Wait>
  semaphore_permit block(std::size_t n, Wait&& wait) {
    detail::blocking_waiter<detail::permit_outcome> w({.wanted = n});
    detail::hub_lock lock(*state_);
    state_->wait(lock, w);
    wait(w, lock);
    return std::move(w.result.permit);
  }

  std::shared_ptr<state_type> state_;
};

} // namespace tandem
