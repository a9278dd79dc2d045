// A pool of threads for jobs of different importance: the most urgent first, jobs that can be called off, statistics at any time. oneTBB
// is for work that should finish as soon as possible; this is for work that should be done in the right order.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace samples {

enum class priority : unsigned char { low, normal, high };

class task_pool {
 public:
  struct statistics {
    std::size_t done = 0, called_off = 0, waiting = 0;
    std::chrono::nanoseconds busy{};
  };

  explicit task_pool(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i)
      workers_.emplace_back([this](std::stop_token const& stop) { work(stop); });
  }
  ~task_pool() { finish(); }

  /// The job's result, or its exception, comes through the future. A job that is called off before it starts breaks the promise; one that
  /// may be called off later looks at the token itself.
  template <class F>
  auto submit(priority urgency, F job, std::stop_token cancel = {}) {
    std::packaged_task<std::invoke_result_t<F>()> task(std::move(job));
    auto result = task.get_future();
    {
      std::lock_guard const lock(mutex_);
      waiting_.push_back({urgency, next_++, job_type(std::move(task)), std::move(cancel)});
      std::push_heap(waiting_.begin(), waiting_.end());
    }
    arrived_.notify_one();
    return result;
  }

  statistics now() const {
    std::lock_guard const lock(mutex_);
    auto copy = totals_;
    copy.waiting = waiting_.size();
    return copy;
  }

  /// Does what still waits, ends the threads, and says what came of it all.
  statistics finish() {
    workers_.clear(); // asks each to stop, and joins it
    return now();
  }

 private:
  using job_type = std::packaged_task<void()>; // unlike std::function it holds what can only be moved
  struct entry {
    priority urgency;
    std::uint64_t order; // first come, first served among equals
    job_type job;
    std::stop_token cancel;
    bool operator<(entry const& other) const {
      return urgency != other.urgency ? urgency < other.urgency : order > other.order;
    }
  };

  void work(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (arrived_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
      std::pop_heap(waiting_.begin(), waiting_.end());
      auto next = std::move(waiting_.back());
      waiting_.pop_back();
      lock.unlock();
      auto const start = std::chrono::steady_clock::now();
      bool const called_off = next.cancel.stop_requested();
      if (!called_off)
        next.job();
      next.job = {}; // what it holds goes away here, outside of the lock
      auto const took = std::chrono::steady_clock::now() - start;
      lock.lock();
      ++(called_off ? totals_.called_off : totals_.done);
      totals_.busy += took;
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<entry> waiting_; // a heap
  std::uint64_t next_ = 0;
  statistics totals_;
  std::vector<std::jthread> workers_; // last: they use everything above
};

} // namespace samples
