#pragma once

#include <tandem/async/queue.hpp>

namespace tandem {

/// A place for one value, to be sent once and received once, as `tokio::sync::oneshot`.
///
/// * The first send() wins; later ones are refused and keep their value.
/// * Exactly one receive gets the value; every other one reports `closed`.
/// * close() without a send tells receivers that nothing will come. A value already sent can still be
/// received.
/// * Destruction closes. Threads, handlers and coroutines may wait, as in a queue; the same guarantees hold.
template <class T>
class oneshot {
 public:
  oneshot() : slot_(1) {}

  /// True if this was the first send and the oneshot was open; otherwise `value` is left as it was.
  bool send(T&& value) {
    bool const sent = slot_.try_push(std::move(value)) == wait_status::ok;
    if (sent)
      slot_.close();
    return sent;
  }
  /// Sends a copy; false if a value was sent or the channel closed before.
  bool send(T const& value) requires std::copy_constructible<T> {
    T copy(value);
    return send(std::move(copy));
  }

  /// Gives up: a receiver gets nothing.
  void close() noexcept { slot_.close(); }
  /// Sent or closed: no further send can succeed.
  bool closed() const noexcept { return slot_.closed(); }

  /// The value if it is there.
  pop_result<T> try_receive() { return slot_.try_pop(); }
  /// Waits; empty if the sender gave up.
  pop_result<T> receive() { return slot_.pop(); }
  /// Waits for a limited time; empty if nothing came.
  template <class Rep, class Period>
  pop_result<T> receive_for(std::chrono::duration<Rep, Period> time) {
    return slot_.pop_for(time);
  }

  /// Completes with `(error_code, std::optional<T>)`: empty without error when closed without a value.
  template <class Token = default_token>
  auto async_receive(Token&& token = {}) {
    return slot_.async_pop(std::forward<Token>(token));
  }

  std::shared_ptr<detail::readiness_source> readiness() const noexcept { return slot_.readiness(); }

 private:
  queue<T> slot_;
};

} // namespace tandem
