#pragma once

// One mechanism for all asynchronous calls: what is to be called, its arguments kept until it is, and a
// completion handler.

#include <tandem/async/detail/call_threads.hpp>
#include <tandem/async/detail/waiters.hpp>
#include <tandem/detail/range.hpp>

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace tandem::detail {

template <class T>
inline constexpr bool is_span_argument = false;
template <class T, std::size_t Extent>
inline constexpr bool is_span_argument<std::span<T, Extent>> = true;

/// How an argument waits: a range that is an lvalue by reference, everything else (policies, functions,
/// values, spans, rvalue ranges) as a value of its own.
template <class A>
inline constexpr bool kept_by_reference = [] {
  if constexpr (std::is_lvalue_reference_v<A>)
    return Range<A> && !is_span_argument<std::remove_cvref_t<A>>;
  return false;
}();
template <class A>
using kept_argument_t = std::conditional_t<kept_by_reference<A>, A, std::decay_t<A>>;

/// As the algorithm sees it: ranges as lvalues, the rest as rvalues that it may move from.
template <class Kept>
constexpr decltype(auto) passed(std::remove_reference_t<Kept>& argument) noexcept {
  if constexpr (Range<std::remove_reference_t<Kept>&>)
    return (argument);
  else
    return std::move(argument);
}

template <class Call, class... Kept>
using async_result_t = std::decay_t<decltype(std::declval<Call&>()(
    passed<Kept>(std::declval<std::remove_reference_t<Kept>&>())...))>;

template <class R>
struct async_signature {
  static_assert(std::is_default_constructible_v<R>,
                "tandem: the result of an asynchronous call must be default-constructible (it is handed over "
                "beside the exception)");
  using type = void(std::exception_ptr, R);
};
template <>
struct async_signature<void> {
  using type = void(std::exception_ptr);
};

template <class R>
struct async_outcome {
  std::exception_ptr error;
  std::conditional_t<std::is_void_v<R>, nothing, R> value{};
};

template <class R>
struct deliver_async {
  template <class Handler>
  void operator()(Handler&& handler, async_outcome<R>&& o) const {
    if constexpr (std::is_void_v<R>)
      std::move(handler)(std::move(o.error));
    else
      std::move(handler)(std::move(o.error), std::move(o.value));
  }
};

/// One call on its way. Owned by the queue of waiting threads; a cancellation slot only looks at it.
template <class Call, class Arguments, class Handler, class R>
class async_op {
 public:
  async_op(Call&& call, Arguments&& arguments, Handler&& handler)
      : work_(asio::get_associated_executor(handler)), handler_(std::move(handler)),
        job_(std::in_place, std::move(call), std::move(arguments)) {}

  static void start(std::shared_ptr<async_op> op) {
    if (auto slot = asio::get_associated_cancellation_slot(*op->handler_); slot.is_connected())
      slot.assign([seen = std::weak_ptr<async_op>(op)](asio::cancellation_type) {
        if (auto const self = seen.lock(); self && self->begin())
          self->complete({std::make_exception_ptr(std::system_error(asio::error::operation_aborted))});
      });
    auto owned = std::make_unique<std::shared_ptr<async_op>>(std::move(op));
    call_on_waiting_thread(&async_op::run, owned.get());
    static_cast<void>(owned.release());
  }

 private:
  using job = std::pair<Call, Arguments>;

  static void run(void* argument) {
    std::unique_ptr<std::shared_ptr<async_op>> const self(static_cast<std::shared_ptr<async_op>*>(argument));
    if (!(*self)->begin())
      return;
    async_outcome<R> o;
    try {
      if constexpr (std::is_void_v<R>)
        (*self)->call();
      else
        o.value = (*self)->call();
    } catch (...) {
      o.error = std::current_exception();
    }
    (*self)->complete(std::move(o));
  }

  /// Whoever begins completes: the thread that calls, or a cancellation before it.
  bool begin() noexcept { return !begun_.exchange(true, std::memory_order_acq_rel); }

  decltype(auto) call() {
    return with_arguments(job_->second, [this](auto&&... argument) -> decltype(auto) {
      return job_->first(std::forward<decltype(argument)>(argument)...);
    });
  }

  template <class... Kept, class Use>
  static decltype(auto) with_arguments(std::tuple<Kept...>& kept, Use&& use) {
    return [&]<std::size_t... I>(std::index_sequence<I...>)->decltype(auto) {
      return use(passed<Kept>(std::get<I>(kept))...);
    }
    (std::index_sequence_for<Kept...>{});
  }

  void complete(async_outcome<R>&& o) {
    job_.reset(); // what the call owned goes before its completion is seen
    [[maybe_unused]] auto const work = std::move(work_);
    Handler handler(std::move(*handler_));
    handler_.reset();
    post_completion<deliver_async<R>>(std::move(handler), std::move(o));
  }

  std::atomic<bool> begun_{false};
  handler_work<Handler> work_;
  std::optional<Handler> handler_;
  std::optional<job> job_;
};

template <class Call, class Token, class... Kept>
auto initiate_call(Call call, std::tuple<Kept...> arguments, Token&& token) {
  using result = async_result_t<Call, Kept...>;
  return asio::async_initiate<Token, typename async_signature<result>::type>(
      [](auto handler, Call what, std::tuple<Kept...> with) {
        using op = async_op<Call, std::tuple<Kept...>, decltype(handler), result>;
        op::start(std::make_shared<op>(std::move(what), std::move(with), std::move(handler)));
      },
      token, std::move(call), std::move(arguments));
}

/// call(all but the last argument…), completed through the last one.
template <class Call, class... Args>
auto async_algorithm(Call call, Args&&... args) {
  static_assert(sizeof...(Args) >= 2,
                "tandem: an asynchronous call takes the algorithm's arguments and then a completion token");
  std::tuple<Args&&...> all(std::forward<Args>(args)...);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    using kept = std::tuple<kept_argument_t<std::tuple_element_t<I, std::tuple<Args...>>>...>;
    using token = std::tuple_element_t<sizeof...(Args) - 1, std::tuple<Args&&...>>;
    return initiate_call(
        std::move(call),
        kept(std::forward<std::tuple_element_t<I, std::tuple<Args&&...>>>(std::get<I>(all))...),
        static_cast<token>(std::get<sizeof...(Args) - 1>(all)));
  }
  (std::make_index_sequence<sizeof...(Args) - 1>{});
}

} // namespace tandem::detail
