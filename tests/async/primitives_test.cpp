#include "support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

TEST_CASE("a oneshot carries one value to one receiver") {
  tandem::oneshot<std::string> o;
  CHECK(o.try_receive().status() == wait_status::empty);
  CHECK(o.send("one"));
  std::string second = "two";
  CHECK_FALSE(o.send(std::move(second)));
  CHECK(second == "two");
  CHECK(o.receive() == "one");
  CHECK(o.receive().status() == wait_status::closed);
  tandem::oneshot<int> abandoned;
  std::jthread closer([&] { abandoned.close(); });
  CHECK(abandoned.receive().status() == wait_status::closed);
  run_coroutine([]() -> asio::awaitable<void> {
    tandem::oneshot<int> later;
    std::jthread sender([&] { later.send(5); });
    auto const result1 = co_await later.async_receive();
    CHECK(result1 == 5);
    auto const result2 = co_await later.async_receive();
    CHECK_FALSE(result2);
  });
}

TEST_CASE("an event lets everybody through until it is reset") {
  tandem::event e;
  CHECK_FALSE(e.wait_for(1ms));
  std::atomic<int> through{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      e.wait();
      ++through;
    });
  run_coroutine([&]() -> asio::awaitable<void> {
    std::jthread setter([&] {
      std::this_thread::sleep_for(3ms);
      e.set();
    });
    co_await e.async_wait();
    co_await e.async_wait();
  });
  threads.clear();
  CHECK(through == 3);
  CHECK(e.is_set());
  e.reset();
  CHECK_FALSE(e.is_set());
  asio::io_context io(1);
  asio::cancellation_signal stop;
  std::error_code error;
  e.async_wait(asio::bind_cancellation_slot(
      stop.slot(), asio::bind_executor(io, [&](std::error_code given) { error = given; })));
  stop.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(error == asio::error::operation_aborted);
}

TEST_CASE("a semaphore is fair, gives permits back and survives cancelled waits") {
  asio::io_context io(1);
  tandem::async_semaphore s(3);
  auto two = s.try_acquire(2);
  REQUIRE(two);
  CHECK(s.available() == 1);
  std::vector<std::string> order;
  asio::cancellation_signal stop;
  std::vector<tandem::semaphore_permit> held;
  auto const note = [&](std::string name) {
    return [&order, &held, name](std::error_code e, tandem::semaphore_permit p) {
      order.push_back(name + (e ? " cancelled" : p ? " ok" : " closed"));
      held.push_back(std::move(p));
    };
  };
  s.async_acquire(3, asio::bind_cancellation_slot(stop.slot(), asio::bind_executor(io, note("three"))));
  s.async_acquire(1, asio::bind_executor(io, note("one")));
  CHECK_FALSE(s.try_acquire()); // a try does not overtake those in line
  io.poll();
  CHECK(order.empty());
  stop.emit(asio::cancellation_type::all); // the big one leaves: the small one behind it can go
  io.poll();
  CHECK(order == std::vector<std::string>{"three cancelled", "one ok"});
  held.clear();
  two.release();
  CHECK_FALSE(two);
  CHECK(s.available() == 3);
  CHECK_FALSE(s.acquire_for(4, 1ms));
  CHECK(s.available() == 3);
  auto all = s.acquire(3);
  s.async_acquire(1, asio::bind_executor(io, note("late")));
  s.close();
  io.restart();
  io.run();
  CHECK(order.back() == "late closed");
  CHECK_FALSE(s.acquire());
}

TEST_CASE("permits of a handler that never runs go back") {
  tandem::async_semaphore s(1);
  {
    asio::io_context io(1);
    s.async_acquire(1, asio::bind_executor(io, [](std::error_code, tandem::semaphore_permit) {}));
    CHECK(s.available() == 0);
  }
  CHECK(s.available() == 1);
}

TEST_CASE("a semaphore bounds how many are inside") {
  tandem::async_semaphore s(2);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        auto const permit = s.acquire();
        int const now = ++inside;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
      }
    });
  threads.clear();
  CHECK(most <= 2);
  CHECK(s.available() == 2);
}

TEST_CASE("a watch shows the newest value and reports every change once") {
  tandem::watch<int> w(1);
  auto r = w.subscribe();
  CHECK(r.has_changed());
  CHECK(r.get() == 1);
  CHECK_FALSE(r.has_changed());
  w.set(2);
  w.set(3);
  CHECK(r.wait_changed());
  CHECK(r.get() == 3);
  CHECK_FALSE(r.wait_changed_for(1ms));
  run_coroutine([&]() -> asio::awaitable<void> {
    std::jthread setter([&] {
      for (int i = 4; i <= 1000; ++i)
        w.update([&](int& v) { v = i; });
      w.close();
    });
    int last = 3;
    while (co_await r.async_changed()) {
      int const now = r.get();
      CHECK(now > last);
      last = now;
    }
    CHECK(last == 1000);
  });
  CHECK_FALSE(r.wait_changed());
  CHECK(r.get() == 1000);
}

TEST_CASE("a broadcast reaches every subscriber and tells slow ones what they missed") {
  tandem::broadcast<int> b(4);
  b.send(0);
  auto quick = b.subscribe();
  auto slow = b.subscribe();
  for (int i = 1; i <= 3; ++i)
    b.send(i);
  for (int i = 1; i <= 3; ++i)
    CHECK(quick.try_receive() == i);
  CHECK(quick.try_receive().status() == wait_status::empty);
  for (int i = 4; i <= 10; ++i)
    b.send(i);
  auto lag = slow.receive();
  CHECK(lag.status() == wait_status::lagged);
  CHECK(lag.missed() == 6);
  CHECK_FALSE(lag);
  for (int i = 7; i <= 10; ++i)
    CHECK(slow.receive() == i);
  CHECK(slow.receive_for(1ms).status() == wait_status::timed_out);
  b.close();
  CHECK_FALSE(b.send(11));
  CHECK(slow.receive().status() == wait_status::closed);
  CHECK(quick.receive().missed() == 3);
  CHECK_THROWS_AS(tandem::broadcast<int>(0), std::invalid_argument);
}

TEST_CASE("subscribers account for every value sent, received or missed") {
  tandem::broadcast<int> b(16);
  constexpr int total = 20000;
  std::vector<std::jthread> readers;
  std::atomic<int> complete{0};
  for (int r = 0; r < 3; ++r)
    readers.emplace_back([&, s = b.subscribe()]() mutable {
      std::uint64_t accounted = 0;
      int last = -1;
      for (;;) {
        auto v = s.receive();
        if (v.status() == wait_status::closed)
          break;
        accounted += v ? 1 : v.missed();
        if (v && *v <= last)
          return;
        if (v)
          last = *v;
      }
      complete += accounted == total;
    });
  for (int i = 0; i < total; ++i)
    b.send(i);
  b.close();
  readers.clear();
  CHECK(complete == 3);
}

TEST_CASE("coroutines receive broadcasts") {
  run_coroutine([]() -> asio::awaitable<void> {
    tandem::broadcast<std::string> b(8);
    auto s = b.subscribe();
    std::jthread sender([&] {
      b.send("a");
      b.send("b");
      b.close();
    });
    auto const result3 = co_await s.async_receive();
    CHECK(result3 == "a");
    auto const result4 = co_await s.async_receive();
    CHECK(result4 == "b");
    auto const end = co_await s.async_receive();
    CHECK(end.status() == wait_status::closed);
  });
}

TEST_CASE("a rate limiter lets bursts through and then the rate, to the nanosecond of its clock") {
  using clock = tandem::rate_limiter::clock;
  tandem::rate_limiter r(100, 10);
  auto const t = clock::now();
  for (int i = 0; i < 10; ++i)
    CHECK(r.try_acquire(1, t));
  CHECK_FALSE(r.try_acquire(1, t));
  CHECK(r.try_acquire(1, t + 10ms));
  CHECK(r.reserve(1, t + 10ms) == 10ms);
  CHECK(r.reserve(2, t + 10ms) == 30ms);
  r.put_back(2, t + 10ms);
  CHECK(r.reserve(1, t + 10ms) == 20ms);
  CHECK(r.available(t + 1h) == 10);
  CHECK(r.available(t) == 10); // time that goes backwards takes nothing away
  CHECK_THROWS_AS(r.reserve(11), std::invalid_argument);
  CHECK_THROWS_AS(tandem::rate_limiter(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(tandem::rate_limiter(1, -1), std::invalid_argument);
}

TEST_CASE("a cancelled wait for tokens puts them back") {
  asio::io_context io(1);
  tandem::rate_limiter r(0.001, 1);
  REQUIRE(r.try_acquire());
  asio::cancellation_signal stop;
  std::error_code error;
  r.async_acquire(1, asio::bind_cancellation_slot(
                         stop.slot(), asio::bind_executor(io, [&](std::error_code e) { error = e; })));
  CHECK(r.available() < -0.9);
  stop.emit(asio::cancellation_type::all);
  io.run();
  CHECK(error == asio::error::operation_aborted);
  CHECK(r.available() > -0.1);
  tandem::rate_limiter fast(1e6, 10);
  run_coroutine([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 50; ++i)
      co_await fast.async_acquire();
  });
}
