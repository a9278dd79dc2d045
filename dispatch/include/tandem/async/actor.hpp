#pragma once

#include <tandem/async/queue.hpp>
#include <tandem/async/task_scope.hpp>

#include <asio/steady_timer.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>

namespace tandem {

/// What a supervisor does with an actor whose behaviour threw.
enum class supervision : unsigned char {
  restart, ///< throw the behaviour away, wait, make a new one, go on with the next message
  resume,  ///< keep the behaviour and its state, go on with the next message
  stop     ///< end the actor with this error
};

/// How often and how fast an actor is restarted.
struct restart_policy {
  std::size_t max_restarts = 5; ///< within `window`; one more and the actor gives up
  /// The time over which restarts are counted.
  std::chrono::milliseconds window = std::chrono::seconds(60);
  std::chrono::milliseconds first_delay =
      std::chrono::milliseconds(10); ///< before the first restart of a series
  double growth = 2.0;               ///< of the delay, from restart to restart
  /// The longest pause before a restart.
  std::chrono::milliseconds max_delay = std::chrono::seconds(5);
};

/// How an actor is set up.
struct actor_options {
  /// Messages that may wait; who sends more waits.
  std::size_t mailbox = 1024;
  /// What happens when handling a message throws.
  restart_policy restarts = {};
  /// Decides per failure; by default every failure restarts.
  std::function<supervision(std::exception_ptr)> supervise = {};
};

namespace detail {

/// Counts restarts in a sliding window and says how long to wait before the next, or that it is enough.
class TANDEM_API restart_counter {
 public:
  using clock = std::chrono::steady_clock;
  explicit restart_counter(restart_policy policy) : policy_(policy) {}
  /// The delay before this restart; nothing when the limit is reached.
  std::optional<std::chrono::milliseconds> next(clock::time_point now = clock::now());

 private:
  restart_policy policy_;
  std::deque<clock::time_point> recent_;
};

} // namespace detail

/// Something with state that handles one message at a time, supervised: `Message` goes into a bounded
/// mailbox, and a behaviour made by the factory is called with each message in turn, on the actor's executor.
///
/// `factory()` returns the behaviour: a callable that takes `Message&` (or `Message`) and returns void or
/// `asio::awaitable<void>`. When it throws, the message is gone (it may be what did it), and the supervisor
/// decides: restart with a fresh behaviour after a growing delay, resume, or stop. When restarts come too
/// often the actor gives up: its mailbox closes, and async_join reports the last error. A factory that throws
/// counts as a failure too. Messages wait in the mailbox meanwhile. As Erlang's and Akka's supervised actors.
///
/// * close(): no more messages; those in the mailbox are still handled; then the actor ends.
/// * cancel(): ends after the current message, or within it where it waits for something cancellable; the
/// rest of the
///   mailbox can be taken back with take_unhandled().
/// * Destruction cancels. The executor must be a single thread or a strand.
template <class Message>
class actor {
 public:
  /// Starts an actor whose behaviour `factory` makes, at first and after every restart.
  template <std::invocable Factory>
  actor(asio::any_io_executor executor, Factory factory, actor_options options = {})
      : mailbox_(std::make_shared<queue<Message>>(options.mailbox)), scope_(std::move(executor)) {
    scope_.spawn(run(mailbox_, std::move(factory), std::move(options)));
  }

  actor(actor const&) = delete;
  actor& operator=(actor const&) = delete;
  ~actor() { cancel(); }

  /// As queue<Message>: a message that is not accepted is given back.
  wait_status try_send(Message&& m) { return mailbox_->try_push(std::move(m)); }
  /// Sends and waits for room if there is none; the message comes back when the actor has ended.
  push_result<Message> send(Message m) { return mailbox_->push(std::move(m)); }
  /// The same without blocking: completes with `(push_result<Message>)`.
  template <class Token = default_token>
  auto async_send(Message m, Token&& token = {}) {
    return mailbox_->async_push(std::move(m), std::forward<Token>(token));
  }

  /// No more messages; those waiting are still handled.
  void close() noexcept { mailbox_->close(); }
  /// Ends the actor; messages that wait are dropped.
  void cancel() noexcept {
    mailbox_->close();
    scope_.cancel();
  }
  /// True after close(), cancel() or giving up.
  bool closed() const noexcept { return mailbox_->closed(); }
  /// Messages that wait.
  std::size_t waiting() const noexcept { return mailbox_->size(); }
  /// Messages that a cancelled (or given up) actor has left.
  pop_result<Message> take_unhandled() { return mailbox_->try_pop(); }

  /// Completes with `(std::exception_ptr)` when the actor has ended: no error after close() or cancel(), the
  /// last one if it was stopped by its supervisor or gave up.
  template <class Token = default_token>
  auto async_join(Token&& token = {}) {
    return scope_.async_join(std::forward<Token>(token));
  }

 private:
  using mailbox_pointer = std::shared_ptr<queue<Message>>;

  template <class Factory>
  static asio::awaitable<void> run(mailbox_pointer mailbox, Factory factory, actor_options options) {
    struct closer {
      queue<Message>& q;
      ~closer() { q.close(); }
    } const closes{*mailbox};
    using behaviour = std::invoke_result_t<Factory&>;
    std::optional<behaviour> current;
    detail::restart_counter restarts(options.restarts);
    for (;;) {
      std::exception_ptr error;
      try {
        if (!current)
          current.emplace(factory());
        while (auto message = co_await mailbox->async_pop())
          co_await handle(*current, *message);
        co_return;
      } catch (...) {
        error = std::current_exception();
      }
      auto const state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none)
        std::rethrow_exception(error);
      auto const verdict = options.supervise ? options.supervise(error) : supervision::restart;
      if (verdict == supervision::stop)
        std::rethrow_exception(error);
      if (verdict == supervision::resume && current)
        continue;
      auto const delay = restarts.next();
      if (!delay)
        std::rethrow_exception(error);
      current.reset();
      asio::steady_timer timer(co_await asio::this_coro::executor, *delay);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  template <class Behaviour>
  static asio::awaitable<void> handle(Behaviour& behaviour, Message& message) {
    if constexpr (std::invocable<Behaviour&, Message&>) {
      if constexpr (std::is_void_v<std::invoke_result_t<Behaviour&, Message&>>)
        behaviour(message);
      else
        co_await behaviour(message);
    } else {
      if constexpr (std::is_void_v<std::invoke_result_t<Behaviour&, Message>>)
        behaviour(std::move(message));
      else
        co_await behaviour(std::move(message));
    }
    co_return;
  }

  mailbox_pointer mailbox_;
  task_scope scope_;
};

} // namespace tandem
