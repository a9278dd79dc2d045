// Select over several queues and a timer: an order book fed by two exchanges, with a third queue for
// commands. Whoever is ready first is served; the timer fires when all have been silent. select() only
// watches, so nothing is taken and lost.
#include <tandem/async.hpp>

#include <iostream>
#include <map>
#include <thread>

namespace {

struct quote {
  int instrument;
  double bid, ask;
};
enum class command { snapshot, stop };

void exchange(tandem::queue<quote>& to, int seed, int count) {
  for (int i = 0; i < count; ++i) {
    double const middle = 100.0 + (i * 7 + seed * 3) % 11;
    (void)to.push({i % 5, middle - 0.5, middle + 0.5});
  }
  to.close();
}

} // namespace

int main() {
  using tandem::readable;
  tandem::queue<quote> east(16), west(16);
  tandem::queue<command> commands(4);
  std::map<int, quote> best;
  int quotes[2] = {0, 0}, snapshots = 0, silences = 0;
  auto const take = [&](tandem::queue<quote>& from, int which) {
    auto const q = from.try_pop(); // readiness is a hint: it may be empty again
    if (!q)
      return q.status() != tandem::wait_status::closed;
    ++quotes[which];
    auto& known = best.try_emplace(q->instrument, *q).first->second;
    known.bid = std::max(known.bid, q->bid);
    known.ask = std::min(known.ask, q->ask);
    return true;
  };
  auto const book = [&]() -> asio::awaitable<void> {
    bool east_open = true, west_open = true;
    for (;;) {
      // A closed queue stays "readable"; it is replaced by one that has nothing more to say.
      auto const& first = east_open ? east : west;
      auto const& second = west_open ? west : east;
      auto const ready =
          east_open || west_open
              ? co_await tandem::select(readable(first), readable(second), readable(commands),
                                        tandem::after(std::chrono::seconds(5)))
              : 2 + co_await tandem::select(readable(commands), tandem::after(std::chrono::seconds(5)));
      if (ready == 0 || ready == 1) {
        bool const from_east = ready == 0 ? east_open : !west_open;
        bool& open = from_east ? east_open : west_open;
        open = take(from_east ? east : west, from_east ? 0 : 1);
      } else if (ready == 3) {
        ++silences;
      } else if (auto const c = commands.try_pop()) {
        if (*c == command::stop)
          co_return;
        ++snapshots;
      }
    }
  };
  asio::io_context io(1);
  asio::co_spawn(io, book(), [](std::exception_ptr e) {
    if (e)
      std::rethrow_exception(e);
  });
  std::jthread const client([&] {
    {
      std::jthread const a([&] { exchange(east, 1, 3000); }), b([&] { exchange(west, 2, 2000); });
      (void)commands.push(command::snapshot);
    }
    while (!east.empty() || !west.empty())
      std::this_thread::yield();
    (void)commands.push(command::stop);
  });
  io.run();
  std::cout << quotes[0] << " + " << quotes[1] << " quotes merged, " << snapshots << " snapshot, "
            << best.size() << " instruments; best of the first: " << best[0].bid << " / " << best[0].ask
            << '\n';
  if (silences != 0)
    std::cout << silences << " times nothing came for 5 s\n";
  if (quotes[0] + quotes[1] != 5000)
    std::cout << "WRONG\n";
}
