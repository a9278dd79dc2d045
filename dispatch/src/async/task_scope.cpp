#include <tandem/async/task_scope.hpp>

namespace tandem::detail {

bool scope_state::spawn(asio::awaitable<void> task) {
  std::list<asio::cancellation_signal>::iterator child;
  {
    hub_lock lock(*this);
    if (cancelled_ || draining_)
      return false;
    child = children_.emplace(children_.end());
  }
  // On the executor, where the signals live: a cancel() may come from any thread.
  asio::dispatch(executor_, [self = shared_from_this(), child, t = std::move(task)]() mutable {
    asio::co_spawn(self->executor_, std::move(t),
                   asio::bind_cancellation_slot(child->slot(), [self, child](std::exception_ptr error) {
                     self->ended(child, error);
                   }));
    // Cancelled between spawn() and here: that cancellation found no coroutine to tell.
    if (self->cancelled())
      child->emit(asio::cancellation_type::all);
  });
  return true;
}

void scope_state::ended(std::list<asio::cancellation_signal>::iterator child, std::exception_ptr error) {
  bool failed = static_cast<bool>(error);
  if (failed) {
    try {
      std::rethrow_exception(error);
    } catch (std::system_error const& e) {
      if (e.code() == asio::error::operation_aborted && cancelled())
        failed = false;
    } catch (...) {
    }
  }
  {
    hub_lock lock(*this);
    children_.erase(child);
    if (failed && !first_error_)
      first_error_ = error;
    if (children_.empty()) {
      while (waiter* const w = joiners_.front()) {
        static_cast<waiter_type*>(w)->result = {wait_status::ok, first_error_};
        lock.complete(*w);
      }
      if (drain_timer_)
        drain_timer_->cancel();
    }
  }
  if (failed)
    cancel();
}

void scope_state::cancel() noexcept {
  {
    hub_lock lock(*this);
    if (std::exchange(cancelled_, true) || children_.empty())
      return;
  }
  asio::post(executor_, [self = shared_from_this()] { self->emit_to_all(); });
}

void scope_state::emit_to_all() {
  // A task may end inside emit and leave the list: the next one is found first.
  std::list<asio::cancellation_signal*> all;
  {
    hub_lock lock(*this);
    for (auto& child : children_)
      all.push_back(&child);
  }
  for (auto* child : all) {
    bool alive = false;
    {
      hub_lock lock(*this);
      for (auto& c : children_)
        alive = alive || &c == child;
    }
    if (alive)
      child->emit(asio::cancellation_type::all);
  }
}

void scope_state::drain(std::chrono::steady_clock::duration time) {
  {
    hub_lock lock(*this);
    draining_ = true;
    if (children_.empty())
      return;
  }
  asio::dispatch(executor_, [self = shared_from_this(), time] {
    auto timer = std::make_shared<asio::steady_timer>(self->executor_, time);
    {
      hub_lock lock(*self);
      if (self->children_.empty())
        return;
      self->drain_timer_ = timer;
    }
    timer->async_wait([self, timer](std::error_code error) {
      if (!error)
        self->cancel();
    });
  });
}

void scope_state::wait(hub_lock& lock, waiter_type& w) noexcept {
  joiners_.push_back(w);
  if (!children_.empty())
    return;
  w.result = {wait_status::ok, first_error_};
  lock.complete(w);
}

std::size_t scope_state::running() noexcept {
  hub_lock lock(*this);
  return children_.size();
}

bool scope_state::cancelled() noexcept {
  hub_lock lock(*this);
  return cancelled_;
}

} // namespace tandem::detail
