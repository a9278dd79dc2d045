#pragma once

#include <tandem/async/queue.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <optional>
#include <tuple>

namespace tandem {

namespace detail {

struct source_condition {
  std::shared_ptr<readiness_source> source;
  bool for_reading = true;
  bool ready() const noexcept { return for_reading ? source->readable() : source->writable(); }
};
struct time_condition {
  std::chrono::steady_clock::time_point when;
  bool ready() const noexcept { return std::chrono::steady_clock::now() >= when; }
};

template <class T>
inline constexpr bool is_condition = std::is_same_v<std::remove_cvref_t<T>, source_condition> ||
                                     std::is_same_v<std::remove_cvref_t<T>, time_condition>;

template <class Handler, std::size_t N>
class select_op : public std::enable_shared_from_this<select_op<Handler, N>> {
  static constexpr std::size_t none = N;
  using executor_type = asio::associated_executor_t<Handler>;

  struct node final : waiter {
    std::shared_ptr<select_op> owner; // while linked
    std::size_t index = 0;

   private:
    void settled(hub_lock& lock) noexcept override { lock.fire_later(*this); }
    void set_cancelled() noexcept override {}
    void fire() noexcept override {
      auto const keep = std::move(owner);
      keep->finish(index);
    }
  };

 public:
  explicit select_op(Handler&& handler)
      : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_)),
        timer_(timer_executor(work_.get_executor())) {}

  template <class... Conditions>
  void start(Conditions const&... conditions) {
    auto const self = this->shared_from_this();
    std::size_t i = 0;
    (note(conditions, i++), ...);
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected())
      slot.assign([weak = this->weak_from_this()](asio::cancellation_type) {
        if (auto const op = weak.lock())
          op->finish(none);
      });
    if (auto const index = first_ready())
      return finish(*index);
    if (timer_index_ != none) {
      timer_.expires_at(deadline_);
      timer_.async_wait(asio::bind_executor(work_.get_executor(), [self](std::error_code error) {
        if (!error)
          self->finish(self->timer_index_);
      }));
    }
    for (std::size_t k = 0; k < N && !done_.load(); ++k)
      watch_source(k);
    // Whoever finished meanwhile may have done so before the last of them was linked.
    if (done_.load())
      unlink_all();
  }

 private:
  void note(source_condition const& c, std::size_t i) { sources_[i] = c; }
  void note(time_condition const& c, std::size_t i) {
    if (timer_index_ != none && deadline_ <= c.when)
      return;
    timer_index_ = i;
    deadline_ = c.when;
  }

  bool ready(std::size_t i) const noexcept {
    if (sources_[i].source)
      return sources_[i].ready();
    return i == timer_index_ && time_condition{deadline_}.ready();
  }

  // Starts at another condition each time, so that a busy one cannot starve the rest.
  std::optional<std::size_t> first_ready() const noexcept {
    thread_local std::size_t turn = 0;
    std::size_t const start = turn++ % N;
    for (std::size_t k = 0; k < N; ++k)
      if (std::size_t const i = (start + k) % N; ready(i))
        return i;
    return std::nullopt;
  }

  void watch_source(std::size_t i) {
    if (!sources_[i].source)
      return;
    hub_lock lock(*sources_[i].source);
    nodes_[i].owner = this->shared_from_this();
    nodes_[i].index = i;
    sources_[i].source->observe(lock, nodes_[i], sources_[i].for_reading);
  }

  void unlink_all() noexcept {
    for (std::size_t i = 0; i < N; ++i) {
      if (!sources_[i].source)
        continue;
      hub_lock lock(*sources_[i].source);
      if (nodes_[i].linked())
        lock.abandon(nodes_[i]);
    }
  }

  void finish(std::size_t index) noexcept {
    if (done_.exchange(true))
      return;
    auto const self = this->shared_from_this();
    unlink_all();
    asio::post(work_.get_executor(), [self, index] {
      self->timer_.cancel();
      auto slot = asio::get_associated_cancellation_slot(self->handler_);
      if (slot.is_connected())
        slot.clear();
      Handler handler(std::move(self->handler_));
      self->work_.reset();
      std::error_code const error = index == none ? asio::error::operation_aborted : std::error_code();
      std::move(handler)(error, index);
    });
  }

  Handler handler_;
  outstanding_work<executor_type> work_;
  timer_on<timer_executor_t<executor_type>> timer_;
  std::array<source_condition, N> sources_;
  std::array<node, N> nodes_;
  std::size_t timer_index_ = none;
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<bool> done_{false};
};

template <class Token, class... Conditions>
auto start_select(Token& token, Conditions const&... conditions) {
  return asio::async_initiate<Token, void(std::error_code, std::size_t)>(
      [](auto handler, Conditions... c) {
        using op = select_op<decltype(handler), sizeof...(Conditions)>;
        std::make_shared<op>(std::move(handler))->start(c...);
      },
      token, conditions...);
}

} // namespace detail

/// Ready when a pop, a receive, an acquire or a wait would not have to wait (also when it would report
/// `closed`). For queue, oneshot, async_semaphore and event.
template <class Primitive>
requires requires(Primitive const& p) {
  p.readiness();
}
detail::source_condition readable(Primitive const& p) {
  return {p.readiness(), true};
}

/// Ready when a push would not have to wait (also when it would report `closed`).
template <class T, class Ring>
detail::source_condition writable(basic_queue<T, Ring> const& q) {
  return {q.readiness(), false};
}

/// Ready at a time. Of several times in one select the earliest counts.
template <class Rep, class Period>
detail::time_condition after(std::chrono::duration<Rep, Period> time) {
  return {std::chrono::steady_clock::now() +
          std::chrono::duration_cast<std::chrono::steady_clock::duration>(time)};
}
/// For select: ready at a point in time.
inline detail::time_condition at(std::chrono::steady_clock::time_point when) {
  return {when};
}

/// Waits until one of several conditions holds and completes with `(error_code, index)`:
///
///     switch (co_await select(readable(commands), readable(data), after(1s))) {
///     case 0: if (auto c = commands.try_pop()) …
///
/// It only watches and takes nothing, so whatever is cancelled or too late, nothing is lost. Readiness is a
/// hint: when others consume too, try_pop may find the queue empty again; then select again. If several
/// conditions hold at the start, which one is reported rotates. The last argument may be a completion token;
/// its executor must be a single thread or a strand. Cancellation completes with `operation_aborted`.
template <class... Args>
requires(sizeof...(Args) > 0 && (detail::is_condition<Args> && ...)) auto select(Args... conditions) {
  default_token token;
  return detail::start_select(token, conditions...);
}

/// The same with a completion token as the last argument.
template <class First, class... Rest>
requires(detail::is_condition<First> && sizeof...(Rest) > 0 &&
         !(detail::is_condition<Rest> && ...)) auto select(First first, Rest&&... rest) {
  auto all = std::forward_as_tuple(first, std::forward<Rest>(rest)...);
  constexpr std::size_t count = sizeof...(Rest);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    auto& token = std::get<count>(all);
    return detail::start_select<std::remove_reference_t<decltype(token)>>(token, std::get<I>(all)...);
  }
  (std::make_index_sequence<count>());
}

} // namespace tandem
