#pragma once

#include <tandem/async/detail/queue_state.hpp>

#include <chrono>
#include <concepts>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace tandem {

/// How much a queue may hold; a pusher waits when either bound is reached.
struct queue_limits {
  /// Most items.
  std::size_t items = 1024;
  /// Most bytes, as the queue's size function counts them.
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

namespace detail {

struct deliver_pop {
  template <class Handler, class T>
  void operator()(Handler&& handler, outcome<T>&& o) const {
    std::move(handler)(to_error_code(o.status), std::move(o.value));
  }
};

struct deliver_push {
  template <class Handler, class T>
  void operator()(Handler&& handler, outcome<T>&& o) const {
    std::move(handler)(push_result<T>(o.status, std::move(o.value)));
  }
};

template <class T>
std::size_t default_size_bytes(T const& value) noexcept {
  if constexpr (requires {
                  { value.size() } -> std::convertible_to<std::size_t>;
                  typename T::value_type;
                })
    return sizeof(T) + value.size() * sizeof(typename T::value_type);
  else
    return sizeof(T);
}

} // namespace detail

/// A bounded queue for any number of producers and consumers: threads (`push`, `pop`), handlers and
/// coroutines
/// (`async_push`, `async_pop`), and those who will not wait (`try_push`, `try_pop`), in any mixture.
///
/// Like `tokio::sync::mpsc` and `crossbeam::channel::bounded`, but with many consumers and both kinds of
/// ends.
///
/// * **Nothing is lost or doubled.** A push that fails (full, closed, cancelled, timed out) gives the value
/// back;
///   a wait that is cancelled while it is being served completes with its item, not with the cancellation.
/// * **Order**: items come out in the order in which their pushes took effect; so the items of one producer
/// that
///   awaits each push come out in its order. With several consumers each sees a subsequence.
/// * **Fairness**: those who wait are served first come, first served. A `try_` may overtake them.
/// * **close()** refuses further pushes; what is inside can still be popped; then pops report `closed`.
/// Waiting pushes
///   get their values back, waiting pops end when the queue is drained. Closing twice is harmless.
/// * **Destroying** the queue closes it; handlers that wait complete as for close(), with what was inside
/// dropped.
///   No thread may be blocked in it or enter it any more.
/// * Handlers are always posted to their associated executor (never run inside push or pop). A handler with
/// none gets
///   Asio's system executor; use `asio::bind_executor`.
/// * Cancellation slots are honoured for every cancellation type: waiting has no side effect to protect.
///
/// The fast path is a lock-free ring and neither allocates nor locks; only waiting takes a mutex.
/// In a coroutine `try_` first is the quickest: `auto v = q.try_pop(); if (!v) v = … co_await q.async_pop();`
///
/// T must be nothrow-movable (put anything else in a `std::unique_ptr`); it need not be copyable or
/// default-constructible.
/// `queue<T>` is this with a ring that any thread may use, `local_queue<T>` with one for a single thread or
/// strand.
template <class T, class Ring>
class basic_queue {
  static_assert(detail::is_queueable<T>,
                "tandem::queue<T>: T must be an object type with a noexcept move constructor and destructor; "
                "put it in a std::unique_ptr otherwise");
  using state_type = detail::queue_state<T, Ring>;
  using outcome_type = detail::outcome<T>;

 public:
  using value_type = T;

  /// Bounded by a number of items (at least 1, else std::invalid_argument).
  explicit basic_queue(std::size_t capacity) : state_(std::make_shared<state_type>(checked(capacity))) {}

  /// Bounded by items and by bytes. `size_bytes(value)` must give the same number at push and pop; without
  /// it, the size is `sizeof(T)`, for containers plus their elements'. An item larger than the whole bound is
  /// let in alone.
  explicit basic_queue(queue_limits limits,
                       std::function<std::size_t(T const&)> size_bytes = detail::default_size_bytes<T>)
      : state_(std::make_shared<state_type>(checked(limits.items), limits.bytes, std::move(size_bytes))) {}

  basic_queue(basic_queue const&) = delete;
  basic_queue& operator=(basic_queue const&) = delete;
  ~basic_queue() { state_->close(); }

  std::size_t capacity() const noexcept { return state_->capacity(); }
  /// A snapshot: it may be out of date when it is returned.
  std::size_t size() const noexcept { return state_->size(); }
  bool empty() const noexcept { return size() == 0; }
  /// Bytes inside; 0 for a queue bounded by items only.
  std::size_t size_bytes() const noexcept { return state_->bytes(); }
  bool closed() const noexcept { return state_->closed(); }
  /// See the class; safe from any thread.
  void close() noexcept { state_->close(); }

  /// Pushes if there is room: `ok`, `full` or `closed`. The value is moved from only when the answer is `ok`.
  wait_status try_push(T&& value) { return state_->try_push(value); }
  /// The same with a copy.
  wait_status try_push(T const& value) requires std::copy_constructible<T> {
    T copy(value);
    return state_->try_push(copy);
  }

  /// Pops if there is something; otherwise status() is `empty`, or `closed` when nothing will come any more.
  pop_result<T> try_pop() {
    outcome_type o;
    o.status = state_->try_pop(o.value);
    return {o.status, std::move(o.value)};
  }

  /// Blocks until there is room or the queue is closed. Not inside a TBB task or on an executor's thread.
  push_result<T> push(T value) {
    return wait_push(std::move(value), [](auto& w, auto& lock) { w.wait(lock); });
  }
  /// The same until stop is requested: `cancelled` then, with the value given back.
  push_result<T> push(T value, std::stop_token stop) {
    return wait_push(
        std::move(value), [&](auto& w, auto& lock) { w.wait(lock); }, std::move(stop));
  }
  /// Waits for room for a limited time.
  template <class Rep, class Period>
  push_result<T> push_for(T value, std::chrono::duration<Rep, Period> time) {
    return push_until(std::move(value), std::chrono::steady_clock::now() + time);
  }
  /// Waits for room until a point in time.
  template <class Clock, class Duration>
  push_result<T> push_until(T value, std::chrono::time_point<Clock, Duration> deadline) {
    return wait_push(std::move(value), [&](auto& w, auto& lock) { w.wait_until(lock, deadline); });
  }

  /// Blocks until there is an item, or the queue is closed and drained.
  pop_result<T> pop() {
    return wait_pop([](auto& w, auto& lock) { w.wait(lock); });
  }
  /// The same until stop is requested: status() is `cancelled` then.
  pop_result<T> pop(std::stop_token stop) {
    return wait_pop([](auto& w, auto& lock) { w.wait(lock); }, std::move(stop));
  }
  /// Waits for an item for a limited time.
  template <class Rep, class Period>
  pop_result<T> pop_for(std::chrono::duration<Rep, Period> time) {
    return pop_until(std::chrono::steady_clock::now() + time);
  }
  /// Waits for an item until a point in time.
  template <class Clock, class Duration>
  pop_result<T> pop_until(std::chrono::time_point<Clock, Duration> deadline) {
    return wait_pop([&](auto& w, auto& lock) { w.wait_until(lock, deadline); });
  }

  /// Completes with `push_result<T>` (no error code, so that `co_await` never throws a value away).
  template <class Token = default_token>
  auto async_push(T value, Token&& token = {}) {
    return asio::async_initiate<Token, void(push_result<T>)>(
        [](auto handler, std::shared_ptr<state_type> state, T v) {
          outcome_type o{wait_status::full, std::move(v)};
          if (!state->pushers_in_line())
            o.status = state->try_push(*o.value);
          if (o.status == wait_status::ok)
            o.value.reset();
          if (o.status != wait_status::full)
            return detail::post_completion<detail::deliver_push>(std::move(handler), std::move(o));
          detail::start_async_wait<detail::deliver_push>(
              state, std::move(handler), std::move(o),
              [&](auto& lock, auto& w) { state->wait_to_push(lock, w); });
        },
        token, state_, std::move(value));
  }

  /// Completes with `(error_code, std::optional<T>)`: an item; empty without error when closed and drained;
  /// empty with `asio::error::operation_aborted` when cancelled (which `co_await` throws). So `while (auto
  /// item = co_await q.async_pop()) …` is a consumer's whole loop.
  template <class Token = default_token>
  auto async_pop(Token&& token = {}) {
    return asio::async_initiate<Token, void(std::error_code, std::optional<T>)>(
        [](auto handler, std::shared_ptr<state_type> state) {
          outcome_type o;
          if (!state->poppers_in_line())
            o.status = state->try_pop(o.value);
          if (o.status != wait_status::empty)
            return detail::post_completion<detail::deliver_pop>(std::move(handler), std::move(o));
          detail::start_async_wait<detail::deliver_pop>(
              state, std::move(handler), std::move(o),
              [&](auto& lock, auto& w) { state->wait_to_pop(lock, w); });
        },
        token, state_);
  }

  /// For `select`: what becomes ready when a pop would not wait (an item, or closed).
  std::shared_ptr<detail::readiness_source> readiness() const noexcept { return state_; }

 private:
  static constexpr int spins =
      4; // then sleep: the other side gets on best alone, and wakes us once for many items

  static std::size_t checked(std::size_t capacity) {
    if (capacity == 0 || capacity > (std::size_t{1} << 60))
      throw std::invalid_argument("tandem::queue: capacity must be at least 1 (and at most 2^60), not " +
                                  std::to_string(capacity));
    return capacity;
  }

  template <class Wait>
  push_result<T> wait_push(T&& value, Wait&& wait, std::stop_token stop = {}) {
    outcome_type o{wait_status::full, std::move(value)};
    detail::backoff pause;
    for (int i = 0; i < spins && !state_->pushers_in_line(); ++i, pause()) {
      o.status = state_->try_push(*o.value);
      if (o.status == wait_status::ok)
        return {};
      if (o.status == wait_status::closed)
        return {o.status, std::move(o.value)};
    }
    detail::blocking_waiter<outcome_type> w(std::move(o));
    block(w, stop, wait, [&](auto& lock) { state_->wait_to_push(lock, w); });
    return {w.result.status, std::move(w.result.value)};
  }

  template <class Wait>
  pop_result<T> wait_pop(Wait&& wait, std::stop_token stop = {}) {
    outcome_type o;
    detail::backoff pause;
    for (int i = 0; i < spins && !state_->poppers_in_line(); ++i, pause()) {
      o.status = state_->try_pop(o.value);
      if (o.status != wait_status::empty)
        return {o.status, std::move(o.value)};
    }
    detail::blocking_waiter<outcome_type> w(std::move(o));
    block(w, stop, wait, [&](auto& lock) { state_->wait_to_pop(lock, w); });
    return {w.result.status, std::move(w.result.value)};
  }

  // The callback is made and destroyed without the lock, which it takes itself.
  template <class Wait, class Enlist>
  void block(detail::blocking_waiter<outcome_type>& w, std::stop_token const& stop, Wait&& wait,
             Enlist&& enlist) {
    if (!stop.stop_possible()) {
      detail::hub_lock lock(*state_);
      enlist(lock);
      return wait(w, lock);
    }
    {
      detail::hub_lock lock(*state_);
      enlist(lock);
    }
    std::stop_callback const cancels(stop, [&] {
      detail::hub_lock lock(*state_);
      if (w.linked())
        lock.cancel(w);
    });
    detail::hub_lock lock(*state_);
    wait(w, lock);
  }

  std::shared_ptr<state_type> state_;
};

/// The queue to use, unless one thread does everything: see basic_queue for all guarantees.
template <class T>
using queue = basic_queue<T, detail::ring<T>>;

/// The same for handlers and coroutines that all run on one thread or strand: no atomic operation on the fast
/// path, a third of the cost. The blocking ends are of no use here; nothing may be called from another
/// thread.
template <class T>
using local_queue = basic_queue<T, detail::local_ring<T>>;

} // namespace tandem
