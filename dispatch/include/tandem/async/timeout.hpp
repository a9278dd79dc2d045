#pragma once

#include <tandem/async/detail/handler_executor.hpp>
#include <tandem/async/detail/signature.hpp>
#include <tandem/async/outcome.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace tandem {

namespace detail {

// How an operation's own "I was cancelled" is turned into "it took too long".
inline void mark_timed_out(std::error_code& error) {
  if (error == asio::error::operation_aborted)
    error = asio::error::timed_out;
}
inline void mark_timed_out(std::exception_ptr& error) {
  if (!error)
    return;
  try {
    std::rethrow_exception(error);
  } catch (std::system_error const& e) {
    if (e.code() == asio::error::operation_aborted)
      error = std::make_exception_ptr(std::system_error(asio::error::timed_out, "tandem::with_timeout"));
  } catch (...) {
  }
}
template <class T>
void mark_timed_out(push_result<T>& result) {
  if (result.status() == wait_status::cancelled)
    result.set_status(wait_status::timed_out);
}
template <class T>
void mark_timed_out(T const&) {}

// Everything below happens on a strand of its own, so that the timer, the operation's end and a cancellation
// exclude each other wherever the handler's executor runs them, and wherever the operation was started.
template <class Handler>
struct timeout_state {
  using executor_type = asio::strand<timer_executor_t<asio::associated_executor_t<Handler>>>;
  explicit timeout_state(Handler&& h)
      : handler(std::move(h)), work(executor_type(timer_executor(asio::get_associated_executor(handler)))),
        timer(work.get_executor()) {}

  Handler handler;
  outstanding_work<executor_type> work;
  timer_on<executor_type> timer;
  asio::cancellation_signal cancel;
  bool too_late = false;
  bool done = false;
};

/// The handler that the operation itself gets.
template <class Handler>
struct timeout_handler {
  using executor_type = typename timeout_state<Handler>::executor_type;
  using allocator_type = asio::associated_allocator_t<Handler>;
  using cancellation_slot_type = asio::cancellation_slot;

  std::shared_ptr<timeout_state<Handler>> state;

  executor_type get_executor() const noexcept { return state->work.get_executor(); }
  allocator_type get_allocator() const noexcept { return asio::get_associated_allocator(state->handler); }
  cancellation_slot_type get_cancellation_slot() const noexcept { return state->cancel.slot(); }

  template <class... Args>
  void operator()(Args... args) {
    auto const s = std::move(state);
    s->done = true;
    s->timer.cancel();
    if constexpr (sizeof...(Args) > 0)
      if (s->too_late)
        mark_timed_out(std::get<0>(std::tie(args...)));
    auto slot = asio::get_associated_cancellation_slot(s->handler);
    if (slot.is_connected())
      slot.clear();
    Handler handler(std::move(s->handler));
    s->work.reset();
    std::move(handler)(std::move(args)...);
  }
};

template <class Handler>
void forward_cancellation(std::shared_ptr<timeout_state<Handler>> const& state) {
  auto slot = asio::get_associated_cancellation_slot(state->handler);
  if (!slot.is_connected())
    return;
  slot.assign([weak = std::weak_ptr(state)](asio::cancellation_type type) {
    if (auto s = weak.lock())
      asio::dispatch(s->timer.get_executor(), [s, type] {
        if (!s->done)
          s->cancel.emit(type);
      });
  });
}

template <class Initiate, class Handler>
void start_with_timeout(std::chrono::steady_clock::duration time, Initiate&& operation, Handler&& handler) {
  using handler_type = std::decay_t<Handler>;
  auto state = std::make_shared<timeout_state<handler_type>>(std::move(handler));
  auto const strand = state->work.get_executor();
  forward_cancellation(state);
  state->timer.expires_after(time);
  asio::dispatch(strand, [state = std::move(state), op = std::move(operation)]() mutable {
    state->timer.async_wait(asio::bind_executor(state->work.get_executor(), [state](std::error_code error) {
      if (error || state->done)
        return;
      state->too_late = true;
      state->cancel.emit(asio::cancellation_type::all);
    }));
    op(timeout_handler<handler_type>{std::move(state)});
  });
}

} // namespace detail

/// Runs an asynchronous operation and cancels it when the time is over. The result of the operation always
/// comes through: an operation that finishes while it is being cancelled delivers its result, so an item
/// popped at the last moment is not lost, and a value that could not be pushed is given back.
///
/// `operation` is called once with a completion token, which it passes on:
/// `co_await with_timeout(10ms, [&](auto&& token) { return q.async_pop(std::move(token)); })`.
/// It completes with the operation's own signature. Where the operation would have reported a cancellation,
/// it reports `asio::error::timed_out` (a thrown std::system_error in coroutines; `wait_status::timed_out` in
/// a push_result).
///
/// The operation must honour cancellation slots, else its end is awaited however late. It may be started from
/// any thread, and the handler's executor may have several threads: what belongs to one call runs on a strand
/// of its own over that executor, where the operation is started at once if the caller is there already.
template <class Rep, class Period, detail::AsyncOperation Operation, class Token = default_token>
auto with_timeout(std::chrono::duration<Rep, Period> time, Operation operation, Token&& token = {}) {
  return asio::async_initiate<Token, detail::signature_of<Operation>>(
      [](auto handler, std::chrono::steady_clock::duration duration, Operation op) {
        detail::start_with_timeout(duration, std::move(op), std::move(handler));
      },
      token, std::chrono::duration_cast<std::chrono::steady_clock::duration>(time), std::move(operation));
}

/// The same for a coroutine: `co_await with_timeout(10ms, work())`. Throws std::system_error with
/// `asio::error::timed_out` if the coroutine ended by being cancelled; T must be default-constructible.
template <class Rep, class Period, class T>
asio::awaitable<T> with_timeout(std::chrono::duration<Rep, Period> time, asio::awaitable<T> work) {
  auto executor = co_await asio::this_coro::executor;
  co_return co_await with_timeout(
      time,
      [&](auto&& token) {
        return asio::co_spawn(executor, std::move(work), std::forward<decltype(token)>(token));
      },
      asio::use_awaitable);
}

} // namespace tandem
