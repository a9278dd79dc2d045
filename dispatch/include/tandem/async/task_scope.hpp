#pragma once

#include <tandem/async/detail/waiters.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <list>

namespace tandem {

namespace detail {

struct join_outcome {
  wait_status status = wait_status::empty;
  std::exception_ptr error = {};
};

struct deliver_join {
  template <class Handler>
  void operator()(Handler&& handler, join_outcome&& o) const {
    if (o.status == wait_status::cancelled)
      o.error = std::make_exception_ptr(std::system_error(asio::error::operation_aborted));
    std::move(handler)(std::move(o.error));
  }
};

/// The tasks of one scope. Signals are touched on the executor only.
class TANDEM_API scope_state final : public hub, public std::enable_shared_from_this<scope_state> {
 public:
  using waiter_type = typed_waiter<join_outcome>;
  explicit scope_state(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  bool spawn(asio::awaitable<void> task);
  void cancel() noexcept;
  /// Refuses new tasks; cancels what still runs when the time is over.
  void drain(std::chrono::steady_clock::duration time);
  void wait(hub_lock& lock, waiter_type& w) noexcept;
  std::size_t running() noexcept;
  bool cancelled() noexcept;
  asio::any_io_executor const& executor() const noexcept { return executor_; }

 private:
  void ended(std::list<asio::cancellation_signal>::iterator child, std::exception_ptr error);
  void emit_to_all();

  asio::any_io_executor const executor_;
  std::list<asio::cancellation_signal> children_; // of the tasks that run
  std::exception_ptr first_error_;
  bool cancelled_ = false;
  bool draining_ = false;
  wait_list joiners_;
  std::shared_ptr<asio::steady_timer> drain_timer_;
};

} // namespace detail

/// Tasks that belong together: whoever starts them waits for all of them (structured concurrency, like
/// tokio's JoinSet or Kotlin's coroutineScope).
///
/// * The first task that fails cancels all others; async_join completes, once all have ended, with that first
/// error.
///   The `operation_aborted` of tasks that were cancelled is no error.
/// * cancel() cancels all; spawn() then refuses new ones.
/// * async_drain(time) waits for the running tasks, cancels those still there after `time`, and joins.
/// * The executor must be a single thread or a strand (one control thread). spawn, cancel and the waits may
/// be called
///   from any thread.
/// * Destroying the scope cancels what still runs; but tasks may refer to what lives beside the scope, so
/// join first.
class task_scope {
 public:
  /// A scope whose tasks run on `executor`: one thread or a strand.
  explicit task_scope(asio::any_io_executor executor)
      : state_(std::make_shared<detail::scope_state>(std::move(executor))) {}
  task_scope(task_scope const&) = delete;
  task_scope& operator=(task_scope const&) = delete;
  ~task_scope() { state_->cancel(); }

  /// Starts a coroutine. False if the scope is cancelled or draining; the coroutine is then dropped.
  bool spawn(asio::awaitable<void> task) { return state_->spawn(std::move(task)); }
  /// Starts f(), which returns a coroutine; f lives until that has ended (so its captures may be used in it).
  template <std::invocable F>
  requires std::same_as<std::invoke_result_t<F&>, asio::awaitable<void>>
  bool spawn(F f) { return state_->spawn(keep(std::move(f))); }

  /// Cancels every task; new ones are refused.
  void cancel() noexcept { state_->cancel(); }
  /// True after cancel() or a task's failure.
  bool cancelled() const noexcept { return state_->cancelled(); }
  /// Tasks that have not ended yet.
  std::size_t running() const noexcept { return state_->running(); }
  /// Where the tasks run.
  asio::any_io_executor const& get_executor() const noexcept { return state_->executor(); }

  /// Completes with `(std::exception_ptr)` when no task runs any more. Can be called again, after more tasks.
  template <class Token = default_token>
  auto async_join(Token&& token = {}) {
    return asio::async_initiate<Token, void(std::exception_ptr)>(
        [](auto handler, std::shared_ptr<detail::scope_state> state) {
          detail::start_async_wait<detail::deliver_join>(state, std::move(handler), detail::join_outcome{},
                                                         [&](auto& lock, auto& w) { state->wait(lock, w); });
        },
        token, state_);
  }

  /// Refuses new tasks, gives the running ones `time` to end, cancels the rest, and joins.
  template <class Rep, class Period, class Token = default_token>
  auto async_drain(std::chrono::duration<Rep, Period> time, Token&& token = {}) {
    state_->drain(std::chrono::duration_cast<std::chrono::steady_clock::duration>(time));
    return async_join(std::forward<Token>(token));
  }

 private:
  template <class F>
  static asio::awaitable<void> keep(F f) {
    co_await f();
  }

  std::shared_ptr<detail::scope_state> state_;
};

} // namespace tandem
