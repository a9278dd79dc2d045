#include <tandem/async/detail/call_threads.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>

namespace tandem::detail {
namespace {

constexpr std::size_t most_threads = 8; // enough for transfers both ways, a kernel and the CPU at once

class call_threads {
 public:
  void push(void (*call)(void*), void* argument) {
    std::unique_lock lock(mutex_);
    queue_.push_back({call, argument});
    if (idle_ >= queue_.size() || threads_ == most_threads) {
      ready_.notify_one();
      return;
    }
    ++threads_;
    try {
      std::thread([this] { work(); }).detach();
    } catch (...) {
      if (--threads_ != 0) // those that are there will do
        return;
      queue_.pop_back();
      throw;
    }
  }

 private:
  struct item {
    void (*call)(void*);
    void* argument;
  };

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      ready_.wait(lock, [this] { return !queue_.empty(); });
      --idle_;
      auto const next = queue_.front();
      queue_.pop_front();
      lock.unlock();
      next.call(next.argument);
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<item> queue_;
  std::size_t idle_ = 0;
  std::size_t threads_ = 0;
};

} // namespace

void call_on_waiting_thread(void (*call)(void*), void* argument) {
  // Never destroyed: calls may still wait for a device while the process ends.
  static auto* const threads = new call_threads;
  threads->push(call, argument);
}

} // namespace tandem::detail
