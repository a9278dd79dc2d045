#pragma once

#include <tandem/async/detail/signature.hpp>
#include <tandem/async/detail/waiters.hpp>
#include <tandem/cpu/enqueue.hpp>
#include <tandem/cpu/pool.hpp>
#include <tandem/policy.hpp>
#include <tandem/runtime.hpp>

#include <concepts>
#include <exception>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>

namespace tandem {

namespace detail {

template <class F>
decltype(auto) call_with_stop(F& f, std::stop_token const& stop) {
  if constexpr (std::invocable<F&, std::stop_token>)
    return f(stop);
  else
    return f();
}

template <class F>
using cpu_result =
    std::decay_t<decltype(call_with_stop(std::declval<F&>(), std::declval<std::stop_token const&>()))>;

template <class R>
struct cpu_signature {
  static_assert(
      std::is_default_constructible_v<R>,
      "async_on_cpu: what f returns must be default-constructible (it is handed over beside the exception)");
  using type = void(std::exception_ptr, R);
};
template <>
struct cpu_signature<void> {
  using type = void(std::exception_ptr);
};

template <class R>
struct cpu_outcome {
  std::exception_ptr error;
  std::conditional_t<std::is_void_v<R>, nothing, R> value{};
};

template <class R>
struct deliver_cpu {
  template <class Handler>
  void operator()(Handler&& handler, cpu_outcome<R>&& o) const {
    if constexpr (std::is_void_v<R>)
      std::move(handler)(std::move(o.error));
    else
      std::move(handler)(std::move(o.error), std::move(o.value));
  }
};

template <class F, class Handler>
class cpu_op {
  using result_type = cpu_result<F>;

 public:
  cpu_op(F&& f, Handler&& handler)
      : f_(std::move(f)), work_(asio::get_associated_executor(handler)), handler_(std::move(handler)) {
    if (auto slot = asio::get_associated_cancellation_slot(handler_); slot.is_connected())
      slot.assign([stop = stop_](asio::cancellation_type) mutable { stop.request_stop(); });
  }

  static void run(void* self) {
    std::unique_ptr<cpu_op> const op(static_cast<cpu_op*>(self));
    cpu_outcome<result_type> o;
    try {
      if constexpr (std::is_void_v<result_type>)
        call_with_stop(op->f_, op->stop_.get_token());
      else
        o.value = call_with_stop(op->f_, op->stop_.get_token());
    } catch (...) {
      o.error = std::current_exception();
    }
    post_completion<deliver_cpu<result_type>>(std::move(op->handler_), std::move(o));
  }

 private:
  F f_;
  std::stop_source stop_;
  handler_work<Handler> work_;
  Handler handler_;
};

// The results of an operation, as `co_await` would return them: an error is thrown, one value stands alone.
template <class Signature>
struct awaited;
template <class... Args>
struct awaited<void(Args...)> {
  std::optional<std::tuple<Args...>> results;

  auto take() { return take(std::index_sequence_for<Args...>()); }

 private:
  template <std::size_t... I>
  auto take(std::index_sequence<I...>) {
    constexpr bool has_error = [] {
      if constexpr (sizeof...(Args) > 0) {
        using first = std::tuple_element_t<0, std::tuple<Args...>>;
        return std::is_same_v<first, std::error_code> || std::is_same_v<first, std::exception_ptr>;
      }
      return false;
    }();
    if constexpr (has_error) {
      throw_if(std::get<0>(*results));
      return rest<1>(std::make_index_sequence<sizeof...(Args) - 1>());
    } else {
      return rest<0>(std::index_sequence<I...>());
    }
  }
  template <std::size_t First, std::size_t... I>
  auto rest(std::index_sequence<I...>) {
    if constexpr (sizeof...(I) == 1)
      return std::get<First>(std::move(*results));
    else if constexpr (sizeof...(I) > 1)
      return std::make_tuple(std::get<First + I>(std::move(*results))...);
  }
  static void throw_if(std::error_code e) {
    if (e)
      throw std::system_error(e);
  }
  static void throw_if(std::exception_ptr e) {
    if (e)
      std::rethrow_exception(e);
  }
};

} // namespace detail

/// Runs f() on TBB's threads and completes, on the handler's executor, with what it returns:
/// `(std::exception_ptr, R)`, or `(std::exception_ptr)` for void. In a coroutine:
/// `auto sum = co_await async_on_cpu([&] { return parallel_reduce(x, 0.0f, plus{}); });`
///
/// f runs to its end; a cancellation only requests stop on the `std::stop_token` that f may take. f must not
/// block (files, databases, locks held for long belong on a thread pool of their own). R must be
/// default-constructible.
template <class F, class Token = default_token>
auto async_on_cpu(F f, Token&& token = {}) {
  using signature = typename detail::cpu_signature<detail::cpu_result<F>>::type;
  return asio::async_initiate<Token, signature>(
      [](auto handler, F work) {
        using op = detail::cpu_op<F, decltype(handler)>;
        auto o = std::make_unique<op>(std::move(work), std::move(handler));
        cpu::enqueue(&op::run, o.get());
        o.release();
      },
      token, std::move(f));
}

/// What `on_cpu(f)` and `on_cpu.with(runtime)(f)` call: async_on_cpu, on the threads of the policy's runtime.
template <class F, class Token = default_token>
auto async_on(policy<target::cpu> where, F f, Token&& token = {}) {
  auto inside = [bound = where.bound_runtime(), work = std::move(f)](std::stop_token stop) mutable {
    using result = detail::cpu_result<F>;
    if (!bound)
      return static_cast<result>(detail::call_with_stop(work, stop));
    if constexpr (std::is_void_v<result>) {
      bound->workers().execute([&] { detail::call_with_stop(work, stop); });
    } else {
      std::optional<result> value;
      bound->workers().execute([&] { value.emplace(detail::call_with_stop(work, stop)); });
      return std::move(*value);
    }
  };
  return async_on_cpu(std::move(inside), std::forward<Token>(token));
}

/// The inverse: inside a TBB task, starts an asynchronous operation and suspends the task (not its thread,
/// which goes on with other tasks) until the operation is done. Returns its result as `co_await` would;
/// errors are thrown.
///
/// `operation` is called once with a completion token: `auto item = await_in_task([&](auto token) {
/// return q.async_pop(token); });`. Outside of TBB tasks it blocks the thread. The task may resume on another
/// thread.
template <detail::AsyncOperation Operation>
auto await_in_task(Operation&& operation) {
  using signature = detail::signature_of<std::remove_reference_t<Operation>>;
  auto result = std::make_shared<detail::awaited<signature>>();
  std::exception_ptr failed;
  cpu::suspend_task([&](void* handle) {
    try {
      operation([result, handle](auto... args) {
        result->results.emplace(std::move(args)...);
        cpu::resume_task(handle);
      });
    } catch (...) {
      failed = std::current_exception();
      cpu::resume_task(handle);
    }
  });
  if (failed)
    std::rethrow_exception(failed);
  return result->take();
}

} // namespace tandem
