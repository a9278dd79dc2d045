// Data that are read all the time and changed now and then, four ways. A table of exchange rates is replaced while others look rates up;
// every reader must see one table or the next, never a mixture. The table says what a look-up costs on this machine.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

namespace {

using rates = std::array<double, 16>; // all of one edition are equal, so a mixture is seen at once

rates edition(long number) {
  rates table;
  table.fill(static_cast<double>(number));
  return table;
}

bool whole(rates const& table) {
  for (double const one : table)
    if (one != table[0])
      return false;
  return true;
}

template <class Mutex, class ReadLock>
class locked {
 public:
  bool read() {
    ReadLock const lock(guard_);
    return whole(table_);
  }
  void write(long number) {
    std::lock_guard const lock(guard_);
    table_ = edition(number);
  }

 private:
  Mutex guard_;
  rates table_ = edition(0);
};

/// Readers take a reference to the present edition; a writer puts a new one beside it and swaps.
class snapshots {
 public:
  bool read() {
    auto const seen = std::atomic_load(&table_);
    return whole(*seen);
  }
  void write(long number) { std::atomic_store(&table_, std::make_shared<rates const>(edition(number))); }

 private:
  std::shared_ptr<rates const> table_ = std::make_shared<rates const>(edition(0));
};

/// Readers write nothing at all: they look at a number before and after, and try again if it has changed. The data are atomics,
/// because they are read while they may be written.
class sequence_lock {
 public:
  bool read() {
    for (;;) {
      auto const before = sequence_.load(std::memory_order_acquire);
      rates seen;
      for (std::size_t i = 0; i < seen.size(); ++i)
        seen[i] = table_[i].load(std::memory_order_acquire);
      if (before % 2 == 0 && sequence_.load(std::memory_order_relaxed) == before)
        return whole(seen);
    }
  }
  void write(long number) {                            // one writer
    sequence_.fetch_add(1, std::memory_order_acq_rel); // odd: being written
    for (auto& one : table_)
      one.store(static_cast<double>(number), std::memory_order_release);
    sequence_.fetch_add(1, std::memory_order_release);
  }

 private:
  std::atomic<unsigned long> sequence_{0};
  std::array<std::atomic<double>, 16> table_{};
};

template <class Table>
bool compare(char const* name, char const* when) {
  constexpr long look_ups = 200'000; // by each reader; a new edition comes after every thousandth
  Table table;
  std::atomic<long> reads{0}, torn{0};
  auto const start = std::chrono::steady_clock::now();
  std::vector<std::jthread> readers;
  for (int id = 0; id < 3; ++id)
    readers.emplace_back([&] {
      for (long i = 1; i <= look_ups; ++i) {
        torn += table.read() ? 0 : 1;
        if (i % 1000 == 0) {
          reads += 1000;
          reads.notify_one();
        }
      }
    });
  long editions = 0;
  for (long seen = 0; seen < 3 * look_ups; seen = reads) {
    table.write(++editions);
    reads.wait(seen);
  }
  readers.clear();
  std::chrono::duration<double, std::nano> const took = std::chrono::steady_clock::now() - start;
  std::printf("%-14s %9.1f ns a look-up   %s\n", name, took.count() / (3 * look_ups), when);
  return torn == 0 && editions > 0;
}

} // namespace

int main() {
  bool right = compare<locked<std::mutex, std::lock_guard<std::mutex>>>("mutex", "the default");
  right &= compare<locked<std::shared_mutex, std::shared_lock<std::shared_mutex>>>(
      "shared_mutex", "readers hold it for long");
  right &= compare<snapshots>("snapshots", "readers keep what they saw");
  right &= compare<sequence_lock>("sequence lock", "the data are small and plain");
  std::printf("nobody saw a mixture of two editions: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
