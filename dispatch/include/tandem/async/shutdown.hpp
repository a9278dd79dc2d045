#pragma once

#include <tandem/async/event.hpp>

#include <asio/signal_set.hpp>

#include <csignal>
#include <initializer_list>
#include <memory>
#include <stop_token>

namespace tandem {

/// Turns SIGINT and SIGTERM (or others) into an orderly end: the first signal requests stop on token() and
/// sets the event that async_wait() waits for; after it the signals have their default effect again, so that
/// a second Ctrl-C ends a program that hangs in its clean-up. One per process and signal; signals arrive while the executor's context
/// runs, and until the shutdown has begun (by a signal or by request()) its context stays busy waiting for it.
class TANDEM_API graceful_shutdown {
 public:
  /// Watches the signals from now on.
  explicit graceful_shutdown(asio::any_io_executor executor,
                             std::initializer_list<int> signals = {SIGINT, SIGTERM});
  ~graceful_shutdown();
  graceful_shutdown(graceful_shutdown const&) = delete;
  graceful_shutdown& operator=(graceful_shutdown const&) = delete;

  /// For everything that stops by a stop_token: streams, `std::jthread`, async_on_cpu.
  std::stop_token token() const noexcept;
  /// The signal that came; 0 if none has.
  int signal() const noexcept;
  /// Begins the shutdown without a signal; from any thread.
  void request() noexcept;

  /// Completes with `(error_code)` when the shutdown begins.
  template <class Token = default_token>
  auto async_wait(Token&& token = {}) const {
    return begun().async_wait(std::forward<Token>(token));
  }
  std::shared_ptr<detail::readiness_source> readiness() const noexcept { return begun().readiness(); }

 private:
  event const& begun() const noexcept;

  struct state;
  std::shared_ptr<state> state_;
};

} // namespace tandem
