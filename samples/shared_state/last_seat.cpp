// A race condition that is no data race: every access is locked or atomic, no tool complains, and still two
// clerks sell the last seat, because between looking and taking somebody else can be faster. Here they are made to
// meet in between, so that it happens every time. The cure is to look and to take in one step: under one lock, or
// by a compare-and-swap that takes only what is still as it was when looked at.
#include <atomic>
#include <barrier>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

class hall {
 public:
  explicit hall(int seats) : free_(seats) {}

  int free() const {
    std::scoped_lock const lock(mutex_);
    return free_;
  }
  void take() {
    std::scoped_lock const lock(mutex_);
    --free_;
  }
  /// Looks and takes under one lock.
  bool try_take() {
    std::scoped_lock const lock(mutex_);
    if (free_ == 0)
      return false;
    --free_;
    return true;
  }

 private:
  mutable std::mutex mutex_;
  int free_;
};

/// The same without a lock: the exchange fails, and says what there is now, if somebody was faster.
bool try_take(std::atomic<int>& free) {
  int seen = free.load(std::memory_order_relaxed);
  while (seen > 0)
    if (free.compare_exchange_weak(seen, seen - 1, std::memory_order_relaxed))
      return true;
  return false;
}

/// How many seats `clerks` threads sell that each try until `sell` says there is none left.
template <class Sell>
int sold_by(int clerks, Sell sell) {
  std::atomic<int> sold = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < clerks; ++i)
      threads.emplace_back([&] {
        while (sell())
          sold.fetch_add(1, std::memory_order_relaxed);
      });
  }
  return sold;
}

} // namespace

int main() {
  hall small(1);
  std::barrier both_have_looked(2);
  std::atomic<int> sold = 0;
  auto const clerk = [&] {
    bool const there_is_one = small.free() > 0;
    both_have_looked.arrive_and_wait(); // what a moment's delay does now and then
    if (there_is_one) {
      small.take();
      ++sold;
    }
  };
  { std::jthread const first(clerk), second(clerk); }
  std::printf("look, then take: %d sold of 1 seat, %d free\n", sold.load(), small.free());

  constexpr int seats = 100'000, clerks = 4;
  hall locked(seats);
  std::atomic<int> counted = seats;
  int const by_lock = sold_by(clerks, [&] { return locked.try_take(); });
  int const by_exchange = sold_by(clerks, [&] { return try_take(counted); });
  bool const right =
      sold == 2 && by_lock == seats && locked.free() == 0 && by_exchange == seats && counted == 0;
  std::printf("in one step: %d sold under one lock, %d by compare-and-swap, of %d: %s\n", by_lock,
              by_exchange, seats, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
