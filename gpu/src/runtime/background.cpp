#include "background.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

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
      auto const task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      try {
        task();
      } catch (...) { // tasks report through their own futures; what is left has no reader
      }
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::function<void()>> tasks_;
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
  auto done = std::make_shared<std::promise<void>>();
  auto const finished = done->get_future();
  the_worker().add([done] { done->set_value(); });
  done.reset();
  finished.wait(); // also returns when the worker has stopped and dropped the promise
}

void stop_background() {
  the_worker().stop();
}

} // namespace tandem::gpu::detail
