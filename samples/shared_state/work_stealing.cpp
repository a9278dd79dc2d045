// A work-stealing deque: its owner pushes and pops at the bottom without a lock, thieves take the oldest, and so the largest, task from the
// top. The work: all ways to place queens on a board, a tree nobody can divide evenly beforehand.
//   D. Chase, Y. Lev: Dynamic Circular Work-Stealing Deque. SPAA 2005, in the orders of N. M. Lê et al., PPoPP 2013.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <latch>
#include <optional>
#include <thread>
#include <vector>

namespace {

/// Of fixed size: the depth-first order keeps few tasks waiting. Every task fits one word.
class stealing_deque {
 public:
  bool push(std::uint64_t task) {
    auto const bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_.load(std::memory_order_acquire) >= static_cast<std::int64_t>(slots_.size()))
      return false;
    slot(bottom).store(task, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_release);
    return true;
  }

  std::optional<std::uint64_t> pop() {
    auto const bottom = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(bottom); // sequentially consistent: thieves see it, or we see their top
    auto top = top_.load();
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return std::nullopt;
    }
    auto const task = slot(bottom).load(std::memory_order_relaxed);
    if (top < bottom)
      return task;
    bool const mine = top_.compare_exchange_strong(top, top + 1); // the last one: a thief may want it too
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return mine ? std::optional(task) : std::nullopt;
  }

  std::optional<std::uint64_t> steal() {
    auto top = top_.load();
    if (top >= bottom_.load())
      return std::nullopt;
    auto const task = slot(top).load(std::memory_order_relaxed);
    return top_.compare_exchange_strong(top, top + 1) ? std::optional(task) : std::nullopt;
  }

 private:
  std::atomic<std::uint64_t>& slot(std::int64_t at) {
    return slots_[static_cast<std::size_t>(at) % slots_.size()];
  }

  alignas(64) std::atomic<std::int64_t> top_{0};
  alignas(64) std::atomic<std::int64_t> bottom_{0};
  std::array<std::atomic<std::uint64_t>, 4096> slots_{};
};

constexpr unsigned board = 12;
constexpr unsigned all_columns = (1U << board) - 1;

/// Columns and diagonals under attack, 16 bits each: a board as one word.
struct placement {
  unsigned columns, left, right;
  std::uint64_t packed() const { return columns | std::uint64_t{left} << 16 | std::uint64_t{right} << 32; }
  static placement of(std::uint64_t word) {
    return {static_cast<unsigned>(word & 0xffff), static_cast<unsigned>(word >> 16 & 0xffff),
            static_cast<unsigned>(word >> 32 & 0xffff)};
  }
};

struct worker {
  stealing_deque tasks;
  long solutions = 0;
  long done = 0;
  long stolen = 0;
};

} // namespace

int main() {
  std::array<worker, 4> workers;
  std::atomic<long> unfinished{1};
  std::latch all_there(4);
  workers[0].tasks.push(placement{0, 0, 0}.packed());

  auto const expand = [&](worker& me, placement now) {
    ++me.done;
    if (now.columns == all_columns)
      ++me.solutions;
    for (unsigned free = all_columns & ~(now.columns | now.left | now.right); free != 0; free &= free - 1) {
      unsigned const queen = free & (~free + 1);
      placement const next{now.columns | queen, (now.left | queen) << 1 & all_columns,
                           (now.right | queen) >> 1};
      ++unfinished;
      if (!me.tasks.push(next.packed()))
        std::terminate(); // 4096 waiting tasks are out of reach at this depth
    }
    --unfinished;
  };
  {
    std::vector<std::jthread> team;
    for (std::size_t id = 0; id < workers.size(); ++id)
      team.emplace_back([&, id] {
        auto& me = workers[id];
        all_there.arrive_and_wait();
        for (std::size_t victim = id; unfinished != 0;) {
          auto task = me.tasks.pop();
          if (!task) {
            victim = (victim + 1) % workers.size();
            task = victim == id ? std::nullopt : workers[victim].tasks.steal();
            me.stolen += task ? 1 : 0;
          }
          if (task)
            expand(me, placement::of(*task));
          else
            std::this_thread::yield();
        }
      });
  }
  long solutions = 0;
  for (std::size_t id = 0; id < workers.size(); ++id) {
    std::printf("worker %zu: %7ld boards, %5ld of them stolen\n", id, workers[id].done, workers[id].stolen);
    solutions += workers[id].solutions;
  }
  std::printf("%u queens stand in %ld ways: %s\n", board, solutions, solutions == 14'200 ? "right" : "WRONG");
  return solutions == 14'200 ? 0 : 1;
}
