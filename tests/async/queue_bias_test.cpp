// A queue used by one thread needs no atomic read-modify-writes, until a second thread comes: at whatever
// moment that is, nothing may be lost, doubled or out of order.
#include "support.hpp"

#include <catch2/catch.hpp>

#include <thread>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

namespace {

// The owner goes on with pushes and pops of its own while others come in after `alone` of its rounds.
template <class Newcomer>
void meet(int alone, Newcomer&& newcomer) {
  tandem::queue<int> q(64);
  std::atomic<int> rounds{0};
  std::atomic<bool> done{false};
  long mine = 0, strangers = 0, net_taken = 0; // the last one is the newcomer's: pops less pushes
  std::jthread other([&] {
    while (rounds.load(std::memory_order_relaxed) < alone)
      std::this_thread::yield();
    net_taken = newcomer(q);
    done = true;
  });
  int pushed = 0, last = -1;
  bool in_order = true;
  while (!done || rounds < alone) {
    if (q.try_push(int(pushed)) == wait_status::ok)
      ++pushed;
    if (auto const item = q.try_pop(); item && *item >= 0) {
      in_order = in_order && *item > last;
      last = *item;
      ++mine;
    } else if (item) {
      ++strangers; // one of the newcomer's own
    }
    ++rounds;
  }
  other.join();
  while (auto const item = q.try_pop())
    *item >= 0 ? ++mine : ++strangers;
  REQUIRE(in_order);
  REQUIRE(mine + strangers + net_taken == pushed);
}

} // namespace

TEST_CASE("a second thread may pop from a queue at any moment") {
  for (int round = 0; round < 60; ++round)
    meet(100 + round * 15, [](tandem::queue<int>& q) {
      long taken = 0;
      for (int i = 0; i < 300; ++i)
        if (auto const item = q.try_pop())
          ++taken;
      return taken;
    });
}

TEST_CASE("a second thread may push into a queue at any moment") {
  for (int round = 0; round < 60; ++round)
    meet(100 + round * 15, [](tandem::queue<int>& q) {
      long given = 0;
      for (int i = 0; i < 300; ++i)
        given += q.try_push(-1) == wait_status::ok;
      return -given;
    });
}

TEST_CASE("a second thread may close a queue, or wait at it, at any moment") {
  for (int round = 0; round < 60; ++round) {
    tandem::queue<int> q(8);
    std::atomic<int> pushed{0};
    std::jthread closer([&, round] {
      while (pushed < 100 + round * 15)
        std::this_thread::yield();
      q.close();
    });
    int popped = 0;
    for (;;) {
      if (q.try_push(1) == wait_status::closed)
        break;
      ++pushed;
      popped += q.try_pop().has_value();
    }
    while (q.try_pop())
      ++popped;
    REQUIRE(popped == pushed);
  }
  for (int round = 0; round < 50; ++round) {
    tandem::queue<int> q(8);
    std::atomic<bool> waits{false};
    for (int i = 0; i < 300; ++i) { // this thread has been alone for a while
      REQUIRE(q.try_push(i) == wait_status::ok);
      REQUIRE(q.try_pop() == i);
    }
    int got = 0;
    std::jthread consumer([&] {
      waits = true;
      while (auto const item = q.pop())
        got += *item;
    });
    while (!waits)
      std::this_thread::yield();
    for (int i = 0; i < 50; ++i)
      REQUIRE(q.push(1));
    q.close();
    consumer.join();
    REQUIRE(got == 50);
  }
}

TEST_CASE("three threads come to a queue of one at once") {
  for (int round = 0; round < 50; ++round) {
    tandem::queue<long> q(1024);
    for (int i = 0; i < 200; ++i) {
      REQUIRE(q.try_push(0) == wait_status::ok);
      REQUIRE(q.try_pop());
    }
    std::atomic<long> in{0}, out{0};
    std::atomic<int> ready{0};
    {
      std::vector<std::jthread> all;
      for (int t = 0; t < 3; ++t)
        all.emplace_back([&, t] {
          ++ready;
          while (ready < 3)
            std::this_thread::yield();
          for (long i = 1; i <= 200; ++i) {
            if (q.try_push(i * (t + 1)) == wait_status::ok)
              in += i * (t + 1);
            if (auto const item = q.try_pop())
              out += *item;
          }
        });
      while (ready < 3)
        std::this_thread::yield();
      for (long i = 1; i <= 200; ++i) {
        if (q.try_push(long(i)) == wait_status::ok)
          in += i;
        if (auto const item = q.try_pop())
          out += *item;
      }
    }
    while (auto const item = q.try_pop())
      out += *item;
    REQUIRE(in == out);
  }
}
