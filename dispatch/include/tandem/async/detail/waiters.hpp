// The two kinds of waiter: a blocked thread, and a handler that will be posted to its executor.
#pragma once

#include <tandem/async/detail/handler_executor.hpp>
#include <tandem/async/detail/wait_list.hpp>
#include <tandem/async/outcome.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace tandem::detail {

template <class Outcome>
class typed_waiter : public waiter {
 public:
  explicit typed_waiter(Outcome&& initial) noexcept : result(std::move(initial)) {}
  Outcome result;

 private:
  void set_cancelled() noexcept final { result.status = wait_status::cancelled; }
};

/// On the stack of a blocked thread.
template <class Outcome>
class blocking_waiter final : public typed_waiter<Outcome> {
 public:
  explicit blocking_waiter(Outcome&& initial) noexcept : typed_waiter<Outcome>(std::move(initial)) {}

  void wait(hub_lock& lock) {
    while (!done_)
      lock.sleep(cv_, done_, [](auto& cv, auto& held) { cv.wait(held); });
  }

  template <class Clock, class Duration>
  void wait_until(hub_lock& lock, std::chrono::time_point<Clock, Duration> deadline) {
    while (!done_) {
      if (Clock::now() >= deadline) {
        this->result.status = wait_status::timed_out;
        lock.abandon(*this);
        return;
      }
      lock.sleep(cv_, done_, [&](auto& cv, auto& held) { cv.wait_until(held, deadline); });
    }
  }

 private:
  // Under the lock, because the waiter's stack frame may be gone as soon as the lock is.
  void settled(hub_lock&) noexcept final {
    done_ = true;
    cv_.notify_one();
  }

  std::condition_variable cv_;
  bool done_ = false;
};

/// A handler with its result, ready to run on the handler's executor.
template <class Handler, class Outcome, class Deliver>
struct completion {
  using allocator_type = asio::associated_allocator_t<Handler>;

  Handler handler;
  Outcome result;

  allocator_type get_allocator() const noexcept { return asio::get_associated_allocator(handler); }
  void operator()() { Deliver{}(std::move(handler), std::move(result)); }
};

template <class Deliver, class Handler, class Outcome>
void post_completion(Handler&& handler, Outcome&& result) {
  using handler_type = std::decay_t<Handler>;
  auto executor = asio::get_associated_executor(handler);
  asio::post(executor, completion<handler_type, std::decay_t<Outcome>, Deliver>{
                           std::forward<Handler>(handler), std::forward<Outcome>(result)});
}

/// On the heap (through the handler's allocator); keeps the handler's execution context busy while it waits.
template <class Outcome, class Handler, class Deliver>
class async_waiter final : public typed_waiter<Outcome> {
  using executor_type = asio::associated_executor_t<Handler>;
  using allocator_type = typename std::allocator_traits<
      asio::associated_allocator_t<Handler>>::template rebind_alloc<async_waiter>;
  using allocator_traits = std::allocator_traits<allocator_type>;

 public:
  static async_waiter* create(Handler&& handler, Outcome&& initial) {
    allocator_type alloc(asio::get_associated_allocator(handler));
    async_waiter* const p = allocator_traits::allocate(alloc, 1);
    try {
      return new (p) async_waiter(std::move(handler), std::move(initial));
    } catch (...) {
      allocator_traits::deallocate(alloc, p, 1);
      throw;
    }
  }

  Handler& handler() noexcept { return handler_; }

 private:
  async_waiter(Handler&& handler, Outcome&& initial)
      : typed_waiter<Outcome>(std::move(initial)), work_(asio::get_associated_executor(handler)),
        handler_(std::move(handler)) {}

  void settled(hub_lock& lock) noexcept final { lock.fire_later(*this); }

  void fire() noexcept final {
    Handler handler(std::move(handler_));
    Outcome outcome(std::move(this->result));
    // Kept until the completion is queued: the context must not run out of work in between.
    [[maybe_unused]] auto const work = std::move(work_);
    allocator_type alloc(asio::get_associated_allocator(handler));
    this->~async_waiter();
    allocator_traits::deallocate(alloc, this, 1);
    post_completion<Deliver>(std::move(handler), std::move(outcome));
  }

  outstanding_work<executor_type> work_;
  Handler handler_;
};

/// Puts a handler in a list: `enlist(lock, waiter)` links it and may serve it at once.
template <class Deliver, class Handler, class Outcome, class Enlist>
void start_async_wait(std::shared_ptr<hub> h, Handler&& handler, Outcome&& initial, Enlist&& enlist) {
  using waiter_type = async_waiter<std::decay_t<Outcome>, std::decay_t<Handler>, Deliver>;
  waiter_type* const w = waiter_type::create(std::move(handler), std::move(initial));
  // Before the lock: this destroys the slot's previous canceller, which may need the same lock.
  canceller* c = nullptr;
  auto slot = asio::get_associated_cancellation_slot(w->handler());
  if (slot.is_connected())
    c = &slot.template emplace<canceller>(h);
  hub_lock lock(*h);
  if (c)
    c->attach(*w);
  enlist(lock, *w);
}

} // namespace tandem::detail
