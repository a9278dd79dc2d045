// Threads that wait for each other: a latch to start together, a barrier between the steps, a condition variable for news, once for
// what only one may do, park and unpark, and counters of one's own. The work: heat in a rod, whose final state is known.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t cells = 130; // ends included
constexpr std::size_t workers = 4;
constexpr double settled = 1e-10;
constexpr double over_relaxed = 1.95; // further than the mean of the neighbours: many times fewer steps

/// A thread that sleeps until somebody calls unpark; one unpark before the park is not lost.
class parker {
 public:
  void park() {
    token_.wait(false);
    token_.store(false);
  }
  void unpark() {
    token_.store(true);
    token_.notify_one();
  }

 private:
  std::atomic<bool> token_{false};
};

/// News from the workers: the newest step, for whoever waits on it.
class bulletin {
 public:
  void post(long step, double change) {
    {
      std::lock_guard const lock(mutex_);
      step_ = step;
      change_ = change;
    }
    changed_.notify_all();
  }
  double wait_until_below(double limit) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return step_ > 0 && change_ < limit; });
    return change_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  long step_ = 0;
  double change_ = 0;
};

thread_local long steps_of_this_thread = 0; // no lock: every thread has its own

} // namespace

int main() {
  std::vector<double> rod(cells, 0.0);
  std::vector<double> change(workers);
  double change_before = 1;
  std::once_flag heated;
  std::latch start(workers);
  bulletin news;
  parker sleeper;
  std::atomic<long> all_steps{0};
  long step = 0;
  bool done = false;

  // Runs once a step, when all have arrived and before any goes on: the only place where shared state changes.
  std::barrier between_steps(workers, [&]() noexcept {
    double const largest = *std::max_element(change.begin(), change.end());
    ++step;
    done = std::max(largest, change_before) < settled;
    change_before = largest;
    news.post(step, largest);
  });

  std::thread waiting([&] { // parked until the rod has settled
    sleeper.park();
    std::printf("unparked: the rod has settled\n");
  });

  {
    std::vector<std::jthread> team;
    for (std::size_t id = 0; id < workers; ++id)
      team.emplace_back([&, id] {
        std::call_once(heated, [&] { rod.back() = 1.0; }); // whoever comes first
        start.arrive_and_wait();
        auto const first = 1 + id * (cells - 2) / workers;
        auto const last = 1 + (id + 1) * (cells - 2) / workers;
        while (!done) {
          double largest = 0;
          // Even cells in one step, odd ones in the next: nobody reads what another writes.
          for (auto i = first + (first + static_cast<std::size_t>(step)) % 2; i < last; i += 2) {
            double const by = over_relaxed * (0.5 * (rod[i - 1] + rod[i + 1]) - rod[i]);
            rod[i] += by;
            largest = std::max(largest, std::abs(by));
          }
          change[id] = largest;
          ++steps_of_this_thread;
          between_steps.arrive_and_wait();
        }
        all_steps += steps_of_this_thread;
      });
    std::printf("first news under 1e-4: a change of %.1e\n", news.wait_until_below(1e-4));
  }
  sleeper.unpark();
  waiting.join();

  double worst = 0; // a rod between 0 and 1 ends as a straight line
  for (std::size_t i = 0; i < cells; ++i)
    worst = std::max(worst, std::abs(rod[i] - static_cast<double>(i) / (cells - 1)));
  bool const right = worst < 1e-6 && all_steps == step * static_cast<long>(workers);
  std::printf("%ld steps by %zu threads, off the straight line by %.0e: %s\n", step, workers, worst,
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
