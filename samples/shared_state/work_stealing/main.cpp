// Work stealing (stealing_deque.hpp): each thread works on its own deque and, when that is empty, on what it can take from the others. The
// work: all ways to place queens on a board, a tree nobody can divide evenly beforehand.
#include "stealing_deque.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <latch>
#include <thread>
#include <vector>

namespace {

using samples::stealing_deque;

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
    team.reserve(workers.size());
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
