// Atomics one level down: a spin lock of an atomic flag with acquire and release, and publication by the same two orders. A spin lock
// pays for a few instructions held by threads that are all running; anything longer, or more threads than CPUs, belongs behind a mutex.
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace {

/// BasicLockable, so std::lock_guard works with it.
class spin_lock {
 public:
  void lock() noexcept {
    // acquire: nothing of the critical section moves before it
    while (taken_.exchange(true, std::memory_order_acquire)) {
      // Only read while it is taken: the line stays shared between the waiting CPUs instead of being fought over.
      for (int spins = 0; taken_.load(std::memory_order_relaxed); ++spins)
        if (spins > 64)
          std::this_thread::yield(); // whoever holds it may not be running
    }
  }
  void unlock() noexcept {
    taken_.store(false, std::memory_order_release);
  } // release: nothing moves behind it

 private:
  std::atomic<bool> taken_{false};
};

/// Two numbers that belong together: a reader must never see one without the other.
struct position {
  long x = 0;
  long y = 0;
};

bool spin_lock_protects() {
  spin_lock guard;
  position at;
  std::vector<std::jthread> team;
  std::atomic<long> torn{0};
  for (int id = 0; id < 4; ++id)
    team.emplace_back([&] {
      for (int i = 0; i < 50'000; ++i) {
        std::lock_guard const held(guard);
        torn += at.x == -at.y ? 0 : 1;
        ++at.x;
        --at.y;
      }
    });
  team.clear();
  std::printf("spin lock: moved to (%ld, %ld), seen half-way %ld times\n", at.x, at.y, torn.load());
  return at.x == 200'000 && at.y == -200'000 && torn == 0;
}

/// One writer, many readers, no lock: the data are written before the flag (release) and read after it (acquire).
bool publication_is_ordered() {
  long wrong = 0;
  for (int round = 0; round < 200; ++round) {
    std::array<int, 64> data{};
    std::atomic<bool> ready{false};
    std::atomic<long> seen_wrong{0};
    {
      std::jthread reader([&] {
        ready.wait(false, std::memory_order_acquire);
        for (int const one : data)
          seen_wrong += one == round + 1 ? 0 : 1;
      });
      data.fill(round + 1);
      ready.store(true, std::memory_order_release);
      ready.notify_one();
    }
    wrong += seen_wrong;
  }
  std::printf("publication: 200 rounds, %ld stale reads\n", wrong);
  return wrong == 0;
}

} // namespace

int main() {
  bool const protects = spin_lock_protects();
  bool const right = publication_is_ordered() && protects;
  std::printf("%s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
