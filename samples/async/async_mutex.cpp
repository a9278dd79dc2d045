// An async mutex: a semaphore with one permit, held across co_await. Coroutines on one thread need no
// std::mutex for memory, but what reads, waits and then writes must keep others out meanwhile. With the lock
// the accounts add up; without it, shown beside it, money appears from nowhere.
#include <tandem/async.hpp>

#include <iostream>
#include <numeric>
#include <vector>

namespace {

struct bank {
  std::vector<long> accounts = std::vector<long>(8, 1000);
  tandem::queue<int> ledger{1}; // every entry goes through here, and may have to wait
  tandem::async_semaphore mutex{1};
};

asio::awaitable<void> transfer(bank& b, std::size_t from, std::size_t to, long amount, bool locked) {
  tandem::semaphore_permit held;
  if (locked)
    held = co_await b.mutex.async_acquire();
  long const left = b.accounts[from], had = b.accounts[to]; // read,
  (void)co_await b.ledger.async_push(1);                    // wait,
  b.accounts[from] = left - amount;                         // write
  b.accounts[to] = had + amount;
}

long total_after_transfers(bool locked) {
  asio::io_context io(1);
  bank b;
  auto const customers = [&]() -> asio::awaitable<void> {
    auto const executor = co_await asio::this_coro::executor;
    tandem::task_scope clerk(executor), all(executor);
    clerk.spawn([&]() -> asio::awaitable<void> {
      while (co_await b.ledger.async_pop()) {
      }
    });
    for (std::size_t i = 0; i < 400; ++i)
      all.spawn(transfer(b, i % 8, (i * 3 + 1) % 8, 1 + static_cast<long>(i % 7), locked));
    co_await all.async_join();
    b.ledger.close();
    co_await clerk.async_join();
  };
  asio::co_spawn(io, customers(), asio::detached);
  io.run();
  return std::accumulate(b.accounts.begin(), b.accounts.end(), 0L);
}

} // namespace

int main() {
  long const locked = total_after_transfers(true), unlocked = total_after_transfers(false);
  std::cout << "with the lock: " << locked << (locked == 8000 ? ", as it should be" : ", WRONG")
            << "\nwithout: " << (unlocked == 8000 ? "right by luck, WRONG" : "not the 8000 that were paid in")
            << '\n';
}
