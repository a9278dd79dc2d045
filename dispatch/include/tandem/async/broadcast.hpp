#pragma once

#include <tandem/async/detail/waiters.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace tandem {

/// What a subscriber got: a value; or, with status `lagged`, the number of values it missed (the next receive
/// goes on with the oldest one still there); or nothing, with the reason in status().
template <class T>
class [[nodiscard]] broadcast_result : public std::optional<T> {
 public:
  broadcast_result() = default;
  /// For the implementation.
  broadcast_result(wait_status s, std::optional<T>&& value, std::uint64_t missed) noexcept
      : std::optional<T>(std::move(value)), status_(s), missed_(missed) {}
  /// `ok`, or why there is no value.
  wait_status status() const noexcept { return status_; }
  /// How many values this subscriber has missed since its last receive.
  std::uint64_t missed() const noexcept { return missed_; }

 private:
  wait_status status_ = wait_status::empty;
  std::uint64_t missed_ = 0;
};

namespace detail {

// Where a subscriber reads next; guarded by the hub's mutex.
struct broadcast_cursor {
  std::uint64_t next = 0;
};

template <class T>
struct broadcast_outcome {
  wait_status status = wait_status::empty;
  std::optional<T> value = {};
  std::uint64_t missed = 0;
  std::shared_ptr<broadcast_cursor> cursor = {};
  broadcast_result<T> result() && { return {status, std::move(value), missed}; }
};

struct deliver_broadcast {
  template <class Handler, class T>
  void operator()(Handler&& handler, broadcast_outcome<T>&& o) const {
    auto const error = to_error_code(o.status);
    std::move(handler)(error, std::move(o).result());
  }
};

template <class T>
class broadcast_state final : public hub {
 public:
  using waiter_type = typed_waiter<broadcast_outcome<T>>;
  explicit broadcast_state(std::size_t capacity) : ring_(capacity) {}

  std::size_t capacity() const noexcept { return ring_.size(); }

  bool send(T&& value) {
    hub_lock lock(*this);
    if (closed_)
      return false;
    ring_[next_ % ring_.size()].emplace(std::move(value));
    ++next_;
    serve(lock);
    return true;
  }
  void close() noexcept {
    hub_lock lock(*this);
    closed_ = true;
    serve(lock);
  }
  std::shared_ptr<broadcast_cursor> subscribe() {
    hub_lock lock(*this);
    return std::make_shared<broadcast_cursor>(broadcast_cursor{next_});
  }
  void poll(broadcast_outcome<T>& o) {
    hub_lock lock(*this);
    read(o);
  }
  void wait(hub_lock& lock, waiter_type& w) {
    waiters_.push_back(w);
    serve(lock);
  }

 private:
  void read(broadcast_outcome<T>& o) {
    std::uint64_t& at = o.cursor->next;
    std::uint64_t const oldest = next_ > ring_.size() ? next_ - ring_.size() : 0;
    if (at < oldest) {
      o.missed = oldest - at;
      o.status = wait_status::lagged;
      at = oldest;
    } else if (at < next_) {
      o.value = ring_[at % ring_.size()];
      o.status = wait_status::ok;
      ++at;
    } else {
      o.status = closed_ ? wait_status::closed : wait_status::empty;
    }
  }

  void serve(hub_lock& lock) {
    for (waiter* w = waiters_.front(); w;) {
      waiter* const next = wait_list::next(*w);
      auto& mine = static_cast<waiter_type*>(w)->result;
      read(mine);
      if (mine.status != wait_status::empty)
        lock.complete(*w);
      w = next;
    }
  }

  std::vector<std::optional<T>> ring_;
  std::uint64_t next_ = 0;
  bool closed_ = false;
  wait_list waiters_;
};

} // namespace detail

/// Every subscriber gets every value sent after it subscribed, as `tokio::sync::broadcast`. The sender never
/// waits: a subscriber more than `capacity` values behind loses the oldest ones and is told how many.
///
/// T is copied once per subscriber (a `std::shared_ptr<T const>` shares instead); its copy must not throw
/// while a subscriber waits. close() lets subscribers read what is left, then reports `closed`; destruction
/// closes. Safe from any thread; one subscriber is for one reader, and may outlive the broadcast.
template <std::copy_constructible T>
class broadcast {
  using state_type = detail::broadcast_state<T>;

 public:
  class subscriber;

  /// Throws std::invalid_argument for a capacity of 0.
  explicit broadcast(std::size_t capacity) : state_(std::make_shared<state_type>(capacity)) {
    if (capacity == 0)
      throw std::invalid_argument("tandem::broadcast: capacity must be at least 1, not 0");
  }
  broadcast(broadcast const&) = delete;
  broadcast& operator=(broadcast const&) = delete;
  ~broadcast() { state_->close(); }

  /// Values kept for slow subscribers.
  std::size_t capacity() const noexcept { return state_->capacity(); }
  /// False when closed.
  bool send(T value) { return state_->send(std::move(value)); }
  /// No more values; subscribers still receive those kept.
  void close() noexcept { state_->close(); }
  /// A subscriber to all that is sent from now on.
  subscriber subscribe() const { return subscriber(state_); }

 private:
  std::shared_ptr<state_type> state_;
};

/// One reader of a broadcast.
template <std::copy_constructible T>
class broadcast<T>::subscriber {
  using outcome_type = detail::broadcast_outcome<T>;

 public:
  subscriber(subscriber&&) noexcept = default;
  subscriber& operator=(subscriber&&) noexcept = default;

  /// `ok` with a value, `lagged` with missed(), `empty`, or `closed`.
  broadcast_result<T> try_receive() {
    outcome_type o{.cursor = cursor_};
    state_->poll(o);
    return std::move(o).result();
  }
  /// Waits for the next value; empty when closed and drained.
  broadcast_result<T> receive() {
    return block([](auto& w, auto& lock) { w.wait(lock); });
  }
  /// The same, for a limited time.
  template <class Rep, class Period>
  broadcast_result<T> receive_for(std::chrono::duration<Rep, Period> time) {
    return block([&](auto& w, auto& lock) { w.wait_until(lock, std::chrono::steady_clock::now() + time); });
  }

  /// Completes with `(error_code, broadcast_result<T>)`; the error is set only when cancelled.
  template <class Token = default_token>
  auto async_receive(Token&& token = {}) {
    return asio::async_initiate<Token, void(std::error_code, broadcast_result<T>)>(
        [](auto handler, std::shared_ptr<state_type> state,
           std::shared_ptr<detail::broadcast_cursor> cursor) {
          detail::start_async_wait<detail::deliver_broadcast>(
              state, std::move(handler), outcome_type{.cursor = std::move(cursor)},
              [&](auto& lock, auto& w) { state->wait(lock, w); });
        },
        token, state_, cursor_);
  }

 private:
  friend class broadcast;
  explicit subscriber(std::shared_ptr<state_type> state)
      : state_(std::move(state)), cursor_(state_->subscribe()) {}

  template <class Wait>
  broadcast_result<T> block(Wait&& wait) {
    detail::blocking_waiter<outcome_type> w(outcome_type{.cursor = cursor_});
    detail::hub_lock lock(*state_);
    state_->wait(lock, w);
    wait(w, lock);
    return std::move(w.result).result();
  }

  std::shared_ptr<state_type> state_;
  std::shared_ptr<detail::broadcast_cursor> cursor_;
};

} // namespace tandem
