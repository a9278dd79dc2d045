#include "background.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace tandem::gpu::detail {
namespace {

class worker {
 public:
  void add(std::function<void()> task) {
    std::lock_guard const lock{mutex_};
    if (stopping_)
      return;
    tasks_.push_back(std::move(task));
    if (!thread_.joinable())
      thread_ = std::thread{[this] { run(); }};
    wakes_.notify_one();
  }

  /// Until nothing runs or waits: a task may have added another behind it.
  void finish() {
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [&] { return tasks_.empty() && !busy_; });
  }

  void stop() {
    {
      std::lock_guard const lock{mutex_};
      stopping_ = true;
      wakes_.notify_one();
    }
    if (thread_.joinable())
      thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      wakes_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty())
        return;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      busy_ = true;
      lock.unlock();
      try {
        task();
      } catch (...) { // tasks report through their own futures; what is left has no reader
      }
      task = nullptr;
      lock.lock();
      busy_ = false;
      idle_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> tasks_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

worker& the_worker() {
  static auto& instance = *new worker; // nothing destroys it under a running thread
  return instance;
}

} // namespace

void run_in_background(std::function<void()> task) {
  the_worker().add(std::move(task));
}

void finish_background() {
  the_worker().finish();
}

void stop_background() {
  the_worker().stop();
}

} // namespace tandem::gpu::detail
