// Graceful shutdown: a service that works off orders gets SIGTERM (here from itself) in the middle. It takes
// no new orders, finishes those it has within its deadline, and says what it has done; a second signal would
// end it at once.
#include <tandem/async.hpp>

#include <csignal>
#include <iostream>

namespace {

struct counts {
  int offered = 0, taken = 0, finished = 0, refused = 0;
};

asio::awaitable<void> process(int order, counts& n) {
  // Each order computes off the loop, so that signals are heard meanwhile.
  auto work = [order] {
    std::uint64_t x = static_cast<std::uint64_t>(order) + 1;
    for (int i = 0; i < 200'000; ++i)
      x = x * 6364136223846793005u + 1442695040888963407u;
    return x;
  };
  auto const result = co_await tandem::on_cpu(work);
  n.finished += result != 0;
}

asio::awaitable<void> customers(tandem::queue<int>& orders, counts& n) {
  for (; n.refused < 100; ++n.offered) {
    auto const pushed = co_await orders.async_push(n.offered);
    if (!pushed)
      ++n.refused;
    if (n.offered == 300)
      std::raise(SIGTERM);
  }
}

asio::awaitable<void> service(tandem::graceful_shutdown& shutdown, counts& n) {
  auto const executor = co_await asio::this_coro::executor;
  tandem::queue<int> orders(16);
  tandem::task_scope outside(executor), running(executor);
  outside.spawn(customers(orders, n));
  for (;;) {
    auto const ready = co_await tandem::select(tandem::readable(shutdown), tandem::readable(orders));
    if (ready == 0)
      break;
    if (auto const order = orders.try_pop()) {
      ++n.taken;
      running.spawn(process(*order, n));
    }
  }
  orders.close(); // new orders are refused; those accepted are still carried out
  while (auto const order = orders.try_pop()) {
    ++n.taken;
    running.spawn(process(*order, n));
  }
  co_await running.async_drain(std::chrono::minutes(5));
  co_await outside.async_join();
}

} // namespace

int main() {
  asio::io_context io(1);
  tandem::graceful_shutdown shutdown(io.get_executor());
  counts n;
  asio::co_spawn(io, service(shutdown, n), asio::detached);
  io.run();
  std::cout << "ended by signal " << shutdown.signal()
            << "; accepted orders all finished: " << (n.taken == n.finished ? "yes" : "WRONG")
            << "; every order accounted for: " << (n.taken + n.refused == n.offered ? "yes" : "WRONG")
            << '\n';
}
