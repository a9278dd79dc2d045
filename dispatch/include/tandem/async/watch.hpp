#pragma once

#include <tandem/async/detail/waiters.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>

namespace tandem {

namespace detail {

struct deliver_changed {
  template <class Handler, class Outcome>
  void operator()(Handler&& handler, Outcome&& o) const {
    std::move(handler)(to_error_code(o.status), o.status == wait_status::ok);
  }
};

template <class T>
class watch_state final : public hub {
 public:
  using waiter_type = typed_waiter<outcome<void>>;
  explicit watch_state(T&& initial) : value_(std::move(initial)) {}

  template <class F>
  std::uint64_t update(F&& f) {
    hub_lock lock(*this);
    f(value_);
    ++version_;
    serve(lock, wait_status::ok);
    return version_;
  }
  template <class F>
  decltype(auto) read(F&& f, std::uint64_t* seen) {
    hub_lock lock(*this);
    if (seen)
      *seen = version_;
    return f(static_cast<T const&>(value_));
  }
  void close() noexcept {
    hub_lock lock(*this);
    closed_ = true;
    serve(lock, wait_status::closed);
  }
  wait_status poll(std::uint64_t seen) noexcept {
    hub_lock lock(*this);
    return status(seen);
  }
  std::uint64_t version() noexcept {
    hub_lock lock(*this);
    return version_;
  }
  void wait(hub_lock& lock, waiter_type& w, std::uint64_t seen) noexcept {
    w.result.status = status(seen);
    if (w.result.status == wait_status::empty)
      waiters_.push_back(w);
    else
      lock.complete(w);
  }

 private:
  wait_status status(std::uint64_t seen) const noexcept {
    return version_ != seen ? wait_status::ok : closed_ ? wait_status::closed : wait_status::empty;
  }
  void serve(hub_lock& lock, wait_status s) noexcept {
    while (waiter* const w = waiters_.front()) {
      static_cast<waiter_type*>(w)->result.status = s;
      lock.complete(*w);
    }
  }

  T value_;
  std::uint64_t version_ = 1;
  bool closed_ = false;
  wait_list waiters_;
};

} // namespace detail

/// The latest value of something, for many readers, as `tokio::sync::watch`: readers see the newest value and
/// may miss those in between; nothing queues up. Good for settings, progress and "please stop".
///
/// A change that was not seen before the close is still reported once after it. Destroying the watch closes
/// it; receivers may outlive it and can still read the last value. Safe from any thread; one receiver is for
/// one reader.
template <class T>
class watch {
  using state_type = detail::watch_state<T>;

 public:
  class receiver;

  /// A watch with a first value.
  explicit watch(T initial = T()) : state_(std::make_shared<state_type>(std::move(initial))) {}
  watch(watch const&) = delete;
  watch& operator=(watch const&) = delete;
  ~watch() { state_->close(); }

  /// Replaces the value and wakes everyone who waits for a change.
  void set(T value) {
    state_->update([&](T& mine) { std::swap(mine, value); });
  }
  /// Changes the value in place, under the lock: f(T&) must be short.
  template <class F>
  void update(F&& f) {
    state_->update(std::forward<F>(f));
  }
  /// A copy of the newest value.
  T get() const {
    return state_->read([](T const& v) { return v; }, nullptr);
  }
  /// No more changes will come.
  void close() noexcept { state_->close(); }

  /// A reader that counts the current value as not yet seen.
  receiver subscribe() const { return receiver(state_); }

 private:
  std::shared_ptr<state_type> state_;
};

/// One reader of a watch. Copies have what the original has seen.
template <class T>
class watch<T>::receiver {
 public:
  /// The newest value, from now on counted as seen.
  T get() {
    return state_->read([](T const& v) { return v; }, &seen_);
  }
  /// f(T const&) on the newest value, under the lock: must be short. Counts as seen.
  template <class F>
  decltype(auto) read(F&& f) {
    return state_->read(std::forward<F>(f), &seen_);
  }
  /// True if there is a value that get() has not returned yet.
  bool has_changed() const noexcept { return state_->poll(seen_) == wait_status::ok; }
  /// Counts what is there now as seen.
  void mark_seen() noexcept { seen_ = state_->version(); }

  /// Blocks until has_changed(): true; or until closed: false.
  bool wait_changed() const {
    return block([](auto& w, auto& lock) { w.wait(lock); });
  }
  /// False also when the time is over.
  template <class Rep, class Period>
  bool wait_changed_for(std::chrono::duration<Rep, Period> time) const {
    return block([&](auto& w, auto& lock) { w.wait_until(lock, std::chrono::steady_clock::now() + time); });
  }

  /// Completes with `(error_code, bool)`: true for a change, false when closed. `get()` then takes it:
  /// `while (co_await r.async_changed()) use(r.get());`
  template <class Token = default_token>
  auto async_changed(Token&& token = {}) const {
    return asio::async_initiate<Token, void(std::error_code, bool)>(
        [](auto handler, std::shared_ptr<state_type> state, std::uint64_t seen) {
          detail::start_async_wait<detail::deliver_changed>(
              state, std::move(handler), detail::outcome<void>{},
              [&](auto& lock, auto& w) { state->wait(lock, w, seen); });
        },
        token, state_, seen_);
  }

 private:
  friend class watch;
  explicit receiver(std::shared_ptr<state_type> state) noexcept : state_(std::move(state)) {}

  template <class Wait>
  bool block(Wait&& wait) const {
    detail::blocking_waiter<detail::outcome<void>> w({});
    detail::hub_lock lock(*state_);
    state_->wait(lock, w, seen_);
    wait(w, lock);
    return w.result.status == wait_status::ok;
  }

  std::shared_ptr<state_type> state_;
  std::uint64_t seen_ = 0;
};

} // namespace tandem
