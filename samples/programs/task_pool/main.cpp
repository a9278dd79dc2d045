// A thread pool with priorities, cancellation and statistics (task_pool.hpp), asked for 35 jobs while its one thread is kept from starting,
// so that the order can be seen: the urgent ones come first, whatever the order they came in, and five are called off.
#include "task_pool.hpp"

#include <cstdio>

namespace {

using samples::priority;

/// How many numbers under `end` are a sum of two squares: something that takes a while.
long sums_of_squares(long end) {
  std::vector<bool> reached(static_cast<std::size_t>(end));
  for (long a = 0; a * a < end; ++a)
    for (long b = a; a * a + b * b < end; ++b)
      reached[static_cast<std::size_t>(a * a + b * b)] = true;
  return std::count(reached.begin(), reached.end(), true);
}

bool is_called_off(std::future<long>& job) try {
  job.get();
  return false;
} catch (std::future_error const& error) {
  return error.code() == std::future_errc::broken_promise;
}

} // namespace

int main() {
  samples::task_pool pool(1);
  std::promise<void> gate;
  (void)pool.submit(priority::high, [opened = gate.get_future().share()] { opened.wait(); });

  std::vector<priority> order;
  std::vector<std::future<long>> results, unwanted;
  for (int i = 0; i < 30; ++i) {
    auto const urgency = static_cast<priority>(i % 3);
    results.push_back(pool.submit(urgency, [&order, urgency] { // one worker: nobody else touches `order`
      order.push_back(urgency);
      return sums_of_squares(100'000);
    }));
  }
  std::stop_source enough;
  for (int i = 0; i < 5; ++i)
    unwanted.push_back(pool.submit(
        priority::high, [] { return sums_of_squares(100); }, enough.get_token()));
  enough.request_stop();
  bool right = pool.now().done == 0;
  std::printf("%zu jobs wait\n", pool.now().waiting);
  gate.set_value();

  for (auto& one : results)
    right &= one.get() == 24'028;
  for (auto& one : unwanted)
    right &= is_called_off(one);
  auto const end = pool.finish();
  right &= std::is_sorted(order.rbegin(), order.rend()) && order.size() == 30 && end.waiting == 0;
  std::printf("%zu done, high before normal before low; %zu called off; busy for %.1f ms: %s\n", end.done,
              end.called_off, std::chrono::duration<double, std::milli>(end.busy).count(),
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
