#include <tandem/cpu/task_group.hpp>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>

namespace tandem::cpu {

/// Shared with helpers: calls queued in the pool that take tasks from here, perhaps when the group is long
/// gone.
class task_group::state {
 public:
  explicit state(pool* workers) noexcept
      : workers_(workers), most_helpers_(workers == nullptr ? 0 : workers->threads() - 1) {}

  void push(task* item) {
    std::unique_ptr<task> owned(item);
    std::unique_lock lock(mutex_);
    if (cancelled_.load(std::memory_order_relaxed))
      return lock.unlock(); // the task is destroyed without the lock
    item->next = pending_;
    pending_ = owned.release();
    changed_.notify_one();
    if (helpers_ >= most_helpers_)
      return;
    ++helpers_;
    ++references_;
    lock.unlock();
    try {
      workers_->enqueue([](void* self) { static_cast<state*>(self)->help(); }, this);
    } catch (...) { // no helper, then: whoever waits does the work
      lock.lock();
      --helpers_;
      --references_;
    }
  }

  void cancel() noexcept {
    std::unique_lock lock(mutex_);
    cancelled_.store(true, std::memory_order_relaxed);
    task* dropped = std::exchange(pending_, nullptr);
    lock.unlock();
    while (dropped != nullptr)
      delete std::exchange(dropped, dropped->next);
  }

  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

  void wait() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (pending_ != nullptr)
        run_one(lock);
      else if (running_ != 0)
        changed_.wait(lock);
      else
        return;
    }
  }

  std::exception_ptr take_error() noexcept { return std::exchange(error_, nullptr); }

  void release() noexcept {
    std::unique_lock lock(mutex_);
    bool const last = --references_ == 0;
    lock.unlock();
    if (last)
      delete this;
  }

 private:
  void help() noexcept {
    {
      std::unique_lock lock(mutex_);
      while (pending_ != nullptr)
        run_one(lock);
      --helpers_;
    }
    release();
  }

  /// The latest task first: what it starts is done before older ones, which bounds how many there are at a
  /// time.
  void run_one(std::unique_lock<std::mutex>& lock) noexcept {
    std::unique_ptr<task> item(pending_);
    pending_ = pending_->next;
    ++running_;
    lock.unlock();
    std::exception_ptr error;
    try {
      item->run();
    } catch (...) {
      error = std::current_exception();
    }
    item.reset();
    if (error)
      fail(std::move(error));
    lock.lock();
    if (--running_ == 0)
      changed_.notify_all();
  }

  void fail(std::exception_ptr error) noexcept {
    {
      std::unique_lock const lock(mutex_);
      if (!error_)
        error_ = std::move(error);
    }
    cancel();
  }

  pool* const workers_;
  std::size_t const most_helpers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  task* pending_ = nullptr;
  std::size_t running_ = 0;
  std::size_t helpers_ = 0;
  std::size_t references_ = 1;
  std::atomic<bool> cancelled_{false};
  std::exception_ptr error_;
};

task_group::task_group(pool* workers) : state_(new state(workers)) {}

task_group::~task_group() {
  state_->cancel();
  state_->wait();
  state_->release();
}

void task_group::push(task* item) {
  state_->push(item);
}
void task_group::cancel() noexcept {
  state_->cancel();
}
bool task_group::cancelled() const noexcept {
  return state_->cancelled();
}
void task_group::wait_without_error() noexcept {
  state_->wait();
}

void task_group::wait() {
  state_->wait();
  if (auto error = state_->take_error())
    std::rethrow_exception(std::move(error));
}

} // namespace tandem::cpu
