#include "support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

namespace {

asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

} // namespace

TEST_CASE("a scope joins all of its tasks") {
  int done = 0;
  run_coroutine([&]() -> asio::awaitable<void> {
    tandem::task_scope scope(co_await asio::this_coro::executor);
    co_await scope.async_join(); // nothing yet
    for (int i = 0; i < 10; ++i)
      CHECK(scope.spawn([&done, i]() -> asio::awaitable<void> {
        co_await sleep_for(std::chrono::milliseconds(i % 3));
        ++done;
      }));
    co_await scope.async_join();
    CHECK(done == 10);
    CHECK(scope.running() == 0);
  });
}

TEST_CASE("the first error of a scope cancels the others and is rethrown once all have ended") {
  bool cleaned_up = false;
  run_coroutine([&]() -> asio::awaitable<void> {
    tandem::task_scope scope(co_await asio::this_coro::executor);
    tandem::queue<int> never(1);
    scope.spawn([&]() -> asio::awaitable<void> {
      std::exception_ptr cancelled;
      try {
        (void)co_await never.async_pop();
      } catch (...) {
        cancelled = std::current_exception();
      }
      co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
      co_await sleep_for(5ms); // join waits for the clean-up
      cleaned_up = true;
      std::rethrow_exception(cancelled);
    });
    scope.spawn([]() -> asio::awaitable<void> {
      co_await sleep_for(1ms);
      throw std::logic_error("first");
    });
    bool caught = false;
    try {
      co_await scope.async_join();
    } catch (std::logic_error const& e) {
      caught = std::string(e.what()) == "first";
    }
    CHECK(caught);
    CHECK(cleaned_up);
    CHECK_FALSE(scope.spawn(sleep_for(1ms)));
  });
}

TEST_CASE("cancelling a scope ends tasks that wait, those not yet started too, without an error") {
  run_coroutine([]() -> asio::awaitable<void> {
    tandem::task_scope scope(co_await asio::this_coro::executor);
    for (int i = 0; i < 5; ++i)
      scope.spawn(sleep_for(1h));
    scope.cancel();
    co_await scope.async_join();
    CHECK(scope.cancelled());
  });
}

TEST_CASE("draining a scope gives its tasks time and then cancels") {
  run_coroutine([]() -> asio::awaitable<void> {
    tandem::task_scope scope(co_await asio::this_coro::executor);
    bool quick = false, slow = false;
    scope.spawn([&]() -> asio::awaitable<void> {
      co_await sleep_for(1ms);
      quick = true;
    });
    scope.spawn([&]() -> asio::awaitable<void> {
      co_await sleep_for(1h);
      slow = true;
    });
    co_await sleep_for(0ms); // both have begun: the quick one's time is up first, however late it is noticed
    co_await scope.async_drain(100ms);
    CHECK(quick);
    CHECK_FALSE(slow);
  });
}

TEST_CASE("an actor handles its messages in order, one at a time, and ends when closed") {
  std::vector<int> handled;
  run_coroutine([&]() -> asio::awaitable<void> {
    tandem::actor<int> a(co_await asio::this_coro::executor, [&] {
      return [&](int& m) -> asio::awaitable<void> {
        co_await sleep_for(0ms);
        handled.push_back(m);
      };
    });
    for (int i = 0; i < 20; ++i)
      (void)co_await a.async_send(i);
    a.close();
    co_await a.async_join();
    CHECK(a.try_send(1) == wait_status::closed);
  });
  REQUIRE(handled.size() == 20);
  CHECK(std::is_sorted(handled.begin(), handled.end()));
}

TEST_CASE("a failing actor is restarted with fresh state and loses only the message that failed") {
  int made = 0;
  std::vector<int> sums;
  run_coroutine([&]() -> asio::awaitable<void> {
    tandem::actor_options options;
    options.restarts.first_delay = 1ms;
    tandem::actor<int> a(
        co_await asio::this_coro::executor,
        [&] {
          ++made;
          return [&, sum = 0](int m) mutable {
            if (m < 0)
              throw std::runtime_error("negative");
            sums.push_back(sum += m);
          };
        },
        options);
    for (int m : {1, 2, -1, 3, 4})
      (void)co_await a.async_send(m);
    a.close();
    co_await a.async_join();
  });
  CHECK(made == 2);
  CHECK(sums == std::vector{1, 3, 3, 7});
}

TEST_CASE("a supervisor can resume, stop, or give up after too many restarts") {
  auto const throwing = [](int m) {
    if (m == 0)
      throw std::runtime_error("zero");
  };
  for (auto const verdict :
       {tandem::supervision::resume, tandem::supervision::stop, tandem::supervision::restart}) {
    int made = 0;
    bool failed = false;
    run_coroutine([&]() -> asio::awaitable<void> {
      tandem::actor_options options;
      options.supervise = [&](std::exception_ptr) { return verdict; };
      options.restarts = {.max_restarts = 2, .first_delay = 0ms};
      tandem::actor<int> a(
          co_await asio::this_coro::executor,
          [&] {
            ++made;
            return throwing;
          },
          options);
      for (int i = 0; i < 4; ++i)
        (void)co_await a.async_send(0);
      a.close();
      try {
        co_await a.async_join();
      } catch (std::runtime_error const&) {
        failed = true;
      }
    });
    CHECK(failed == (verdict != tandem::supervision::resume));
    CHECK(made == (verdict == tandem::supervision::restart ? 3 : 1));
  }
}

TEST_CASE("delays between restarts grow to their bound, and old restarts are forgotten") {
  using namespace std::chrono;
  tandem::detail::restart_counter c(
      {.max_restarts = 4, .window = 1s, .first_delay = 10ms, .growth = 3, .max_delay = 50ms});
  auto const t = steady_clock::now();
  CHECK(c.next(t) == 10ms);
  CHECK(c.next(t) == 30ms);
  CHECK(c.next(t) == 50ms);
  CHECK(c.next(t + 500ms) == 50ms);
  CHECK_FALSE(c.next(t + 900ms));
  CHECK(c.next(t + 1100ms) == 30ms);
}

TEST_CASE("a cancelled actor stops where it waits and leaves its other messages") {
  run_coroutine([]() -> asio::awaitable<void> {
    bool begun = false;
    tandem::actor<std::string> a(co_await asio::this_coro::executor, [&begun] {
      return [&begun](std::string&) -> asio::awaitable<void> {
        begun = true;
        co_await sleep_for(1h);
      };
    });
    auto const result1 = co_await a.async_send("handled");
    CHECK(result1);
    auto const result2 = co_await a.async_send("left");
    CHECK(result2);
    while (!begun)
      co_await sleep_for(1ms);
    a.cancel();
    co_await a.async_join();
    CHECK(a.take_unhandled() == "left");
    CHECK(a.take_unhandled().status() == wait_status::closed);
  });
}

TEST_CASE("a signal begins the shutdown once and then has its default effect again") {
  asio::io_context io(1);
  tandem::graceful_shutdown shutdown(io.get_executor(), {SIGUSR1});
  bool begun = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await shutdown.async_wait();
        begun = true;
      },
      asio::detached);
  asio::post(io, [] { std::raise(SIGUSR1); });
  io.run();
  CHECK(begun);
  CHECK(shutdown.signal() == SIGUSR1);
  CHECK(shutdown.token().stop_requested());
  struct sigaction now {};
  sigaction(SIGUSR1, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}

TEST_CASE("a shutdown that is requested needs no signal, and its context runs out of work") {
  asio::io_context io(1);
  tandem::graceful_shutdown shutdown(io.get_executor(), {SIGUSR2});
  bool begun = false;
  shutdown.async_wait(asio::bind_executor(io, [&](std::error_code) { begun = true; }));
  std::jthread requester([&] { shutdown.request(); });
  io.run();
  CHECK(begun);
  CHECK(shutdown.signal() == 0);
  CHECK(shutdown.token().stop_requested());
}
