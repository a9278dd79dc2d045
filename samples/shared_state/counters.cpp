// One number that many threads add to, five ways: behind a mutex, atomic, by compare-and-swap, in shards that are added up when somebody
// asks, and by messages to the one thread that owns it. All count right; the table shows what each addition costs on this machine.
#include <tandem/async/queue.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 4;
constexpr long additions = 100'000; // by each thread

struct with_mutex {
  std::mutex guard;
  long value = 0;
  void add(int) {
    std::lock_guard const lock(guard);
    ++value;
  }
  long total() { return value; }
};

struct with_atomic {
  std::atomic<long> value{0};
  void add(int) {
    value.fetch_add(1, std::memory_order_relaxed);
  } // no other data depends on it, so no order is needed
  long total() { return value; }
};

/// For updates that no fetch_… can say; here: add one, but never past a limit.
struct with_compare_and_swap {
  std::atomic<long> value{0};
  void add(int) {
    auto seen = value.load(std::memory_order_relaxed);
    while (seen < threads * additions &&
           !value.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) {
    }
  }
  long total() { return value; }
};

struct with_shards {
  struct alignas(64) shard { // a cache line each, or they would fight as if they were one
    std::atomic<long> value{0};
  };
  shard shards[threads];
  void add(int id) { shards[id].value.fetch_add(1, std::memory_order_relaxed); }
  long total() {
    long sum = 0;
    for (auto const& one : shards)
      sum += one.value;
    return sum;
  }
};

/// The number belongs to one thread; the others send it what to add, and close the queue when they are done.
class with_messages {
 public:
  void add(int) { (void)inbox_.push(1); } // fails only when the queue is closed
  long total() {
    inbox_.close(); // what is in it is still counted
    owner_.join();
    return value_;
  }

 private:
  tandem::queue<long> inbox_{1024};
  long value_ = 0;
  std::jthread owner_{[this] {
    while (auto const amount = inbox_.pop())
      value_ += *amount;
  }};
};

template <class Counter>
bool measure(char const* name, char const* when) {
  Counter counter;
  auto const start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> team;
    for (int id = 0; id < threads; ++id)
      team.emplace_back([&counter, id] {
        for (long i = 0; i < additions; ++i)
          counter.add(id);
      });
  }
  long const total = counter.total();
  std::chrono::duration<double, std::nano> const took = std::chrono::steady_clock::now() - start;
  std::printf("%-18s %8ld %9.1f ns   %s\n", name, total, took.count() / (threads * additions), when);
  return total == threads * additions;
}

} // namespace

int main() {
  std::printf("%-18s %8s %12s   %s\n", "counter", "total", "an addition", "take it when");
  bool right = measure<with_mutex>("mutex", "more than one number changes together");
  right &= measure<with_atomic>("atomic", "it is one number");
  right &= measure<with_compare_and_swap>("compare-and-swap", "the new value depends on the old one");
  right &= measure<with_shards>("shards", "written often, read seldom");
  right &= measure<with_messages>("messages", "the owner does more with it than add");
  std::printf("every total is %ld: %s\n", threads * additions, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
