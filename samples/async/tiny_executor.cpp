// What is under it all: a task type, an awaitable and an executor in sixty lines of C++20, without Asio and
// without tandem. The executor runs whatever is ready and sleeps until the next timer otherwise; the
// awaitables are a timer and a yield.
#include <chrono>
#include <coroutine>
#include <deque>
#include <exception>
#include <iostream>
#include <queue>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;

class executor {
 public:
  void ready(std::coroutine_handle<> h) { ready_.push_back(h); }
  void at(steady::time_point when, std::coroutine_handle<> h) { timers_.push({when, h}); }
  void run() {
    while (!ready_.empty() || !timers_.empty()) {
      if (ready_.empty())
        std::this_thread::sleep_until(timers_.top().when);
      while (!timers_.empty() && timers_.top().when <= steady::now()) {
        ready_.push_back(timers_.top().who);
        timers_.pop();
      }
      if (ready_.empty())
        continue;
      auto const next = ready_.front();
      ready_.pop_front();
      next.resume();
    }
  }

 private:
  struct timer {
    steady::time_point when;
    std::coroutine_handle<> who;
    bool operator<(timer const& other) const { return when > other.when; }
  };
  std::deque<std::coroutine_handle<>> ready_;
  std::priority_queue<timer> timers_;
};

// A coroutine that the executor starts and that frees itself at its end.
struct task {
  struct promise_type {
    task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<> handle;
};

// An awaitable is three functions: ready already? what to do with the suspended coroutine, and what it gets
// in the end.
struct sleep_until {
  executor& on;
  steady::time_point when;
  bool await_ready() const noexcept { return false; } // what is late has its turn by its time, too
  void await_suspend(std::coroutine_handle<> h) const { on.at(when, h); }
  void await_resume() const noexcept {}
};
struct yield {
  executor& on;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) const { on.ready(h); }
  void await_resume() const noexcept {}
};

// Sorting by sleeping is a joke that shows the timers; the Fibonacci numbers show that tasks take turns.
task sleeper(executor& on, steady::time_point start, int value, std::vector<int>& sorted) {
  co_await sleep_until{on, start + std::chrono::milliseconds(value * 5)};
  sorted.push_back(value);
}
task fibonacci(executor& on, std::string name, int n, std::string& turns) {
  for (long a = 0, b = 1; n-- > 0; b += std::exchange(a, b)) {
    turns += name + std::to_string(a) + ' ';
    co_await yield{on};
  }
}

} // namespace

int main() {
  executor loop;
  std::vector<int> sorted;
  std::string turns;
  auto const start = steady::now();
  for (int const value : {4, 1, 3, 2})
    sleeper(loop, start, value, sorted).handle.resume(); // all are asleep before the loop looks at the time
  loop.ready(fibonacci(loop, "a", 6, turns).handle);
  loop.ready(fibonacci(loop, "b", 3, turns).handle);
  loop.run();
  std::cout << turns << "\nwoken in the order";
  for (int const value : sorted)
    std::cout << ' ' << value;
  std::cout << '\n';
}
