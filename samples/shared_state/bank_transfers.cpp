// Transfers between accounts that cannot deadlock, three ways: scoped_lock takes both mutexes without ever holding one and waiting for
// the other; a fixed order does the same by hand; try_lock_for gives up and tries again. Then the order that does deadlock, shown by
// two threads that meet in the middle, each holding what the other wants, and would wait for ever if they had no time limit.
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct account {
  std::timed_mutex guard;
  long cents = 1'000'00;
};

void move_money(account& from, account& to, long cents) {
  from.cents -= cents;
  to.cents += cents;
}

void transfer_scoped(account& from, account& to, long cents) {
  std::scoped_lock const both(from.guard, to.guard);
  move_money(from, to, cents);
}

/// By address: any order will do, as long as everybody has the same.
void transfer_ordered(account& from, account& to, long cents) {
  auto& first = std::less<>{}(&from, &to) ? from : to;
  auto& second = &first == &from ? to : from;
  std::lock_guard const outer(first.guard);
  std::lock_guard const inner(second.guard);
  move_money(from, to, cents);
}

/// lock.try_lock_for(limit). ThreadSanitizer of g++ 12 does not know the function behind that
/// (pthread_mutex_clocklock) and would see a race, so it is given the older one.
bool locked_within(std::unique_lock<std::timed_mutex>& lock, std::chrono::microseconds limit) {
#ifdef __SANITIZE_THREAD__
  return lock.try_lock_until(std::chrono::system_clock::now() + limit);
#else
  return lock.try_lock_for(limit);
#endif
}

/// How often it had to give up and start again.
long transfer_patient(account& from, account& to, long cents) {
  for (long attempts = 0;; ++attempts) {
    std::lock_guard const outer(from.guard);
    std::unique_lock inner(to.guard, std::defer_lock);
    if (locked_within(inner, 100us)) {
      move_money(from, to, cents);
      return attempts;
    }
  } // both are free between two attempts
}

template <class Transfer>
bool keeps_the_total(char const* name, Transfer transfer) {
  std::array<account, 8> accounts;
  std::vector<std::jthread> clerks;
  for (unsigned id = 0; id < 4; ++id)
    clerks.emplace_back([&, id] {
      std::mt19937 random{id};
      for (int i = 0; i < 20'000; ++i) {
        auto const from = random() % accounts.size();
        auto const to = (from + 1 + random() % (accounts.size() - 1)) % accounts.size();
        transfer(accounts[from], accounts[to], static_cast<long>(random() % 500));
      }
    });
  clerks.clear(); // joins
  long total = 0;
  for (auto const& one : accounts)
    total += one.cents;
  bool const right = total == 8 * 1'000'00;
  std::printf("%-9s 80000 transfers by 4 clerks, %ld.%02ld in all: %s\n", name, total / 100, total % 100,
              right ? "right" : "WRONG");
  return right;
}

/// Each holds its own account and waits for the other's. True if neither got it: without the limit they would still wait.
bool wrong_order_deadlocks() {
  account a, b;
  std::barrier both_hold_one(2);
  std::barrier both_have_waited(2);
  std::atomic<int> stuck{0};
  auto const clerk = [&](account& mine, account& other) {
    std::lock_guard const held(mine.guard);
    both_hold_one.arrive_and_wait();
    std::unique_lock wanted(other.guard, std::defer_lock);
    stuck += locked_within(wanted, 50ms) ? 0 : 1;
    both_have_waited.arrive_and_wait(); // nobody lets go before both have tried
  };
  std::jthread first(clerk, std::ref(a), std::ref(b));
  std::jthread second(clerk, std::ref(b), std::ref(a));
  first.join();
  second.join();
  return stuck == 2;
}

} // namespace

int main() {
  bool right = keeps_the_total("scoped", transfer_scoped);
  right &= keeps_the_total("ordered", transfer_ordered);
  std::atomic<long> retries{0};
  right &= keeps_the_total("patient", [&](account& from, account& to, long cents) {
    retries += transfer_patient(from, to, cents);
  });
  bool const deadlock = wrong_order_deadlocks();
  std::printf("own account first, then the other's: %s\n",
              deadlock ? "both clerks stuck, as expected" : "WRONG, nobody was stuck");
  return right && deadlock ? 0 : 1;
}
