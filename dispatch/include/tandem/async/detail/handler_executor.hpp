// What a handler's executor is asked for besides running the handler: to stay, and to time.
#pragma once

#include <tandem/async/asio.hpp>

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

namespace tandem::detail {

/// Keeps an executor's context from running out of work, as asio::executor_work_guard does, which Asio 1.22
/// does not make for `strand<any_io_executor>`: it takes that for an executor of the older kind.
template <class Executor>
class outstanding_work {
 public:
  using executor_type = Executor;
  explicit outstanding_work(Executor const& executor) : executor_(executor), work_(tracked(executor)) {}

  Executor get_executor() const noexcept { return executor_; }
  void reset() noexcept { work_.reset(); }

 private:
  static auto tracked(Executor const& e) {
    return asio::prefer(e, asio::execution::outstanding_work.tracked);
  }

  Executor executor_;
  std::optional<std::decay_t<decltype(tracked(std::declval<Executor const&>()))>> work_;
};

/// The work of a handler's executor.
template <class Handler>
using handler_work = outstanding_work<asio::associated_executor_t<Handler>>;

/// Where the timers of a handler run: on its executor, or, where that belongs to no context (a future's), on
/// the threads that Asio keeps for such.
template <class Executor>
auto timer_executor(Executor const& executor) {
  if constexpr (asio::can_query<Executor const&, asio::execution::context_t>::value)
    return executor;
  else
    return asio::system_executor();
}
template <class Executor>
using timer_executor_t = decltype(timer_executor(std::declval<Executor const&>()));

template <class Executor>
using timer_on = asio::basic_waitable_timer<std::chrono::steady_clock,
                                            asio::wait_traits<std::chrono::steady_clock>, Executor>;

} // namespace tandem::detail
