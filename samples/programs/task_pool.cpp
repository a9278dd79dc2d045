// A pool of threads for jobs of different importance: the most urgent first, jobs that can be called off, statistics at any time. oneTBB
// is for work that should finish as soon as possible; this is for work that should be done in the right order.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <future>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>
#include <vector>

namespace {

enum class priority : unsigned char { low, normal, high };

class task_pool {
 public:
  struct statistics {
    std::size_t done = 0, called_off = 0, waiting = 0;
    std::chrono::nanoseconds busy{};
  };

  explicit task_pool(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i)
      workers_.emplace_back([this](std::stop_token stop) { work(stop); });
  }
  ~task_pool() { // what waits is still done
    {
      std::lock_guard const lock(mutex_);
      closing_ = true;
    }
    arrived_.notify_all();
  }

  /// The job's result comes through the future; a job that was called off before it started breaks the promise.
  template <class F>
  auto submit(priority urgency, F job, std::stop_token cancel = {}) {
    std::packaged_task<std::invoke_result_t<F>()> task(std::move(job));
    auto result = task.get_future();
    {
      std::lock_guard const lock(mutex_);
      waiting_.push_back(
          {urgency, next_++, std::make_unique<runnable<decltype(task)>>(std::move(task)), std::move(cancel)});
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

 private:
  struct anything {
    virtual ~anything() = default;
    virtual void run() = 0;
  };
  template <class Task>
  struct runnable final : anything {
    explicit runnable(Task t) : task(std::move(t)) {}
    void run() override { task(); }
    Task task;
  };
  struct entry {
    priority urgency;
    std::uint64_t order; // first come, first served among equals
    std::unique_ptr<anything> job;
    std::stop_token cancel;
    bool operator<(entry const& other) const {
      return urgency != other.urgency ? urgency < other.urgency : order > other.order;
    }
  };

  void work(std::stop_token const& stop) {
    std::unique_lock lock(mutex_);
    while (arrived_.wait(lock, stop, [this] { return !waiting_.empty() || closing_; }), !waiting_.empty()) {
      std::pop_heap(waiting_.begin(), waiting_.end());
      auto next = std::move(waiting_.back());
      waiting_.pop_back();
      if (next.cancel.stop_requested()) {
        ++totals_.called_off;
        continue;
      }
      lock.unlock();
      auto const start = std::chrono::steady_clock::now();
      next.job->run();
      auto const took = std::chrono::steady_clock::now() - start;
      lock.lock();
      ++totals_.done;
      totals_.busy += took;
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<entry> waiting_;
  std::uint64_t next_ = 0;
  bool closing_ = false;
  statistics totals_;
  std::vector<std::jthread> workers_; // last: they use everything above
};

/// How many numbers under `end` are a sum of two squares: something that takes a while.
long sums_of_squares(long end) {
  std::vector<bool> reached(static_cast<std::size_t>(end));
  for (long a = 0; a * a < end; ++a)
    for (long b = a; a * a + b * b < end; ++b)
      reached[static_cast<std::size_t>(a * a + b * b)] = true;
  return std::count(reached.begin(), reached.end(), true);
}

} // namespace

int main() {
  std::vector<priority> order;
  std::vector<std::future<long>> results;
  std::stop_source enough;
  task_pool::statistics end;
  {
    task_pool pool(1); // one thread, so that the order can be seen
    std::promise<void> gate;
    auto const first = pool.submit(priority::high, [opened = gate.get_future().share()] { opened.wait(); });
    for (int i = 0; i < 30; ++i) {
      auto const urgency = static_cast<priority>(i % 3);
      results.push_back(pool.submit(urgency, [&order, urgency] { // one worker: nobody else touches `order`
        order.push_back(urgency);
        return sums_of_squares(100'000);
      }));
    }
    for (int i = 0; i < 5; ++i)
      (void)pool.submit(
          priority::low, [] { return 0L; }, enough.get_token());
    enough.request_stop();
    std::printf("%zu jobs wait\n", pool.now().waiting);
    gate.set_value();
    first.wait();
    for (auto& one : results)
      one.wait();
    while (pool.now().waiting != 0)
      std::this_thread::yield();
    end = pool.now();
  }
  bool right = std::is_sorted(order.rbegin(), order.rend()) && end.called_off == 5 && order.size() == 30;
  for (auto& one : results)
    right &= one.get() == 24'028;
  std::printf("%zu done, high before normal before low; %zu called off; busy for %.1f ms: %s\n", end.done,
              end.called_off, std::chrono::duration<double, std::milli>(end.busy).count(),
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
