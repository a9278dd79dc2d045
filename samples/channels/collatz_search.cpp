// Many producers and many consumers on one bounded queue, and timeouts at both ends: ranges of numbers are
// searched for the longest Collatz sequence. A worker that has found nothing to do for a while reports so and
// looks again; a producer that cannot get rid of a range within its time searches it itself.
#include <tandem/async/queue.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct range {
  std::uint32_t first, last;
};
struct longest {
  std::uint32_t steps = 0, start = 0;
  friend bool operator<(longest a, longest b) {
    return a.steps != b.steps ? a.steps < b.steps : a.start > b.start;
  }
};

longest search(range r) {
  longest best;
  for (std::uint32_t start = r.first; start < r.last; ++start) {
    std::uint32_t steps = 1;
    for (std::uint64_t x = start; x != 1; ++steps)
      x = x % 2 ? 3 * x + 1 : x / 2;
    best = std::max(best, longest{steps, start});
  }
  return best;
}

} // namespace

int main() {
  constexpr std::uint32_t limit = 1'000'000, piece = 5'000;
  tandem::queue<range> ranges(8);
  std::mutex mutex;
  longest best;
  std::atomic<std::uint32_t> searched{0}, kept_by_producers{0};
  auto const note = [&](range r) {
    longest const found = search(r);
    searched += r.last - r.first;
    std::lock_guard const lock(mutex);
    best = std::max(best, found);
  };
  std::vector<std::jthread> consumers;
  for (int i = 0; i < 3; ++i)
    consumers.emplace_back([&] {
      for (;;) {
        auto const r = ranges.pop_for(50ms);
        if (r)
          note(*r);
        else if (r.status() == tandem::wait_status::closed)
          return; // timed_out: look again
      }
    });
  {
    std::vector<std::jthread> producers;
    for (std::uint32_t p = 0; p < 2; ++p)
      producers.emplace_back([&, p] {
        for (std::uint32_t first = 1 + p * piece; first < limit; first += 2 * piece) {
          range const mine{first, std::min(first + piece, limit)};
          auto pushed = ranges.push_for(mine, 2ms);
          if (!pushed) { // the range came back: nothing is lost
            note(*pushed.rejected());
            ++kept_by_producers;
          }
        }
      });
  }
  ranges.close();
  consumers.clear();
  std::cout << "the longest sequence below a million starts at " << best.start << " and has " << best.steps
            << " numbers\n"
            << searched << " numbers searched"
            << (kept_by_producers ? ", some by the producers themselves" : "") << '\n';
}
