#include "support.hpp"
#include "support/skip.hpp"

#include <catch2/catch.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/thread_pool.hpp>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

namespace {

template <class F>
std::error_code error_of(F&& f) {
  try {
    run_coroutine(std::forward<F>(f));
  } catch (std::system_error const& e) {
    return e.code();
  }
  return {};
}

} // namespace

TEST_CASE("with_timeout returns results in time and reports a timeout otherwise") {
  tandem::queue<int> q(1);
  run_coroutine([&]() -> asio::awaitable<void> {
    REQUIRE(q.try_push(3) == wait_status::ok);
    auto const result1 =
        co_await tandem::with_timeout(1h, [&](auto&& t) { return q.async_pop(std::move(t)); });
    CHECK(result1 == 3);
    REQUIRE(q.try_push(4) == wait_status::ok);
    auto late = co_await tandem::with_timeout(1ms, [&](auto&& t) { return q.async_push(5, std::move(t)); });
    CHECK(late.status() == wait_status::timed_out);
    CHECK(late.rejected() == 5);
  });
  CHECK(q.try_pop() == 4);
  CHECK(error_of([&]() -> asio::awaitable<void> {
          co_await tandem::with_timeout(1ms, [&](auto&& t) { return q.async_pop(std::move(t)); });
        }) == asio::error::timed_out);
}

TEST_CASE("with_timeout works for coroutines, callbacks and futures") {
  asio::io_context io(1);
  tandem::queue<int> q(1);
  std::error_code error;
  tandem::with_timeout(
      1ms, [&](auto&& t) { return q.async_pop(std::move(t)); },
      asio::bind_executor(io, [&](std::error_code e, std::optional<int>) { error = e; }));
  io.run();
  CHECK(error == asio::error::timed_out);
  auto sleep_then = [](std::chrono::milliseconds time, int value) -> asio::awaitable<int> {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
    co_return value;
  };
  run_coroutine([&]() -> asio::awaitable<void> {
    auto const result2 = co_await tandem::with_timeout(1h, sleep_then(1ms, 7));
    CHECK(result2 == 7);
  });
  CHECK(error_of([&]() -> asio::awaitable<void> { co_await tandem::with_timeout(1ms, sleep_then(1h, 7)); }) ==
        asio::error::timed_out);
  CHECK_THROWS_AS(run_coroutine([&]() -> asio::awaitable<void> {
                    auto fails = []() -> asio::awaitable<int> {
                      throw std::logic_error("own error");
                      co_return 0;
                    };
                    co_await tandem::with_timeout(1h, fails());
                  }),
                  std::logic_error);
}

TEST_CASE("cancelling from outside goes through with_timeout as a cancellation") {
  asio::io_context io(1);
  tandem::queue<int> q(1);
  asio::cancellation_signal stop;
  std::error_code error;
  tandem::with_timeout(
      1h, [&](auto&& t) { return q.async_pop(std::move(t)); },
      asio::bind_cancellation_slot(
          stop.slot(), asio::bind_executor(io, [&](std::error_code e, std::optional<int>) { error = e; })));
  asio::post(io, [&] { stop.emit(asio::cancellation_type::all); });
  io.run();
  CHECK(error == asio::error::operation_aborted);
}

TEST_CASE("with_timeout and select are started from any thread and end on several") {
  constexpr int items = 4000;
  std::atomic<int> ended{0}, popped{0}, wrong{0};
  tandem::queue<int> q(items);
  asio::thread_pool pool(3);
  auto const on_pool = [&](auto f) { return asio::bind_executor(pool.get_executor(), std::move(f)); };
  std::jthread producer([&] {
    for (int i = 0; i < items / 2; ++i)
      (void)q.push(i);
  });
  for (int i = 0; i < items; ++i) {
    // From 0 to 20 us: about as long as an item takes to come, so that the three ways to end meet.
    auto const pop = [&](auto&& token) { return q.async_pop(std::move(token)); };
    tandem::with_timeout(std::chrono::microseconds(i % 21), pop,
                         on_pool([&](std::error_code e, std::optional<int> item) {
                           wrong += !item && e != asio::error::timed_out;
                           popped += item.has_value();
                           ++ended;
                         }));
    if (i % 8 == 0) {
      auto future = tandem::with_timeout(std::chrono::microseconds(i % 21), pop, asio::use_future);
      try {
        popped += future.get().has_value();
      } catch (std::system_error const& e) {
        CHECK(e.code() == asio::error::timed_out);
      }
      tandem::select(tandem::readable(q), tandem::after(std::chrono::microseconds(i % 21)), asio::use_future)
          .get();
    }
  }
  producer.join();
  pool.join();
  CHECK(ended == items);
  CHECK(wrong == 0);
  int left = 0;
  while (q.try_pop())
    ++left;
  CHECK(popped + left == items / 2);
}

TEST_CASE("select reports what is ready, in rotation, and times out") {
  tandem::queue<int> a(1), b(1);
  tandem::event e;
  run_coroutine([&]() -> asio::awaitable<void> {
    using namespace tandem;
    auto const result3 = co_await select(readable(a), readable(b), after(1ms));
    CHECK(result3 == 2);
    auto const result4 = co_await select(readable(a), writable(b), after(1h));
    CHECK(result4 == 1);
    (void)b.try_push(1);
    auto const result5 = co_await select(readable(a), readable(b), readable(e));
    CHECK(result5 == 1);
    (void)a.try_push(1);
    bool seen[2] = {};
    for (int i = 0; i < 4; ++i) {
      auto const which = co_await select(readable(a), readable(b));
      seen[which] = true;
    }
    CHECK(seen[0]);
    CHECK(seen[1]);
    (void)a.try_pop();
    (void)b.try_pop();
    std::jthread setter([&] { e.set(); });
    auto const result6 = co_await select(readable(a), readable(b), readable(e));
    CHECK(result6 == 2);
    a.close();
    auto const result7 = co_await select(readable(b), readable(a));
    CHECK(result7 == 1);
    CHECK(a.try_pop().status() == wait_status::closed);
  });
  asio::io_context io(1);
  asio::cancellation_signal stop;
  std::error_code error;
  tandem::select(
      tandem::readable(b), tandem::after(1h),
      asio::bind_cancellation_slot(
          stop.slot(), asio::bind_executor(io, [&](std::error_code given, std::size_t) { error = given; })));
  asio::post(io, [&] { stop.emit(asio::cancellation_type::all); });
  io.run();
  CHECK(error == asio::error::operation_aborted);
}

TEST_CASE("select over several queues and a short timer loses nothing") {
  constexpr int total = 20000;
  tandem::queue<int> a(4), b(4);
  std::vector<int> seen(2 * total, 0);
  std::jthread pa([&] {
    for (int i = 0; i < total; ++i)
      (void)a.push(i);
    a.close();
  });
  std::jthread pb([&] {
    for (int i = 0; i < total; ++i)
      (void)b.push(total + i);
    b.close();
  });
  auto reader = [&]() -> asio::awaitable<void> {
    bool open[2] = {true, true};
    while (open[0] || open[1]) {
      auto const i = open[0] && open[1] ? co_await tandem::select(tandem::readable(a), tandem::readable(b),
                                                                  tandem::after(50us))
                     : open[0]          ? co_await tandem::select(tandem::readable(a))
                                        : 1 + co_await tandem::select(tandem::readable(b));
      if (i == 2)
        continue;
      auto item = (i == 0 ? a : b).try_pop();
      if (item)
        ++seen[static_cast<std::size_t>(*item)];
      if (item.status() == wait_status::closed)
        open[i] = false;
    }
  };
  asio::io_context io(1);
  asio::co_spawn(io, reader(), asio::detached);
  asio::co_spawn(io, reader(), asio::detached);
  io.run();
  CHECK(std::count(seen.begin(), seen.end(), 1) == 2 * total);
}

TEST_CASE("async_on_cpu brings back results, exceptions and stop requests") {
  run_coroutine([]() -> asio::awaitable<void> {
    auto const here = std::this_thread::get_id();
    auto const there = co_await tandem::async_on_cpu([] { return std::this_thread::get_id(); });
    CHECK(there != here);
    int const answer = co_await tandem::async_on_cpu([] { return 42; });
    CHECK(answer == 42);
    CHECK(std::this_thread::get_id() == here);
    co_await tandem::async_on_cpu([] {});
    auto give = [p = std::make_unique<int>(3)]() mutable { return std::move(p); };
    auto owned = co_await tandem::async_on_cpu(std::move(give));
    CHECK(*owned == 3);
  });
  CHECK_THROWS_AS(run_coroutine([]() -> asio::awaitable<void> {
                    co_await tandem::async_on_cpu([]() -> int { throw std::domain_error("x"); });
                  }),
                  std::domain_error);
  asio::io_context io(1);
  asio::cancellation_signal stop;
  std::atomic<bool> started{false};
  bool stopped = false;
  tandem::async_on_cpu(
      [&](std::stop_token token) {
        started = true;
        while (!token.stop_requested())
          std::this_thread::yield();
        return true;
      },
      asio::bind_cancellation_slot(
          stop.slot(), asio::bind_executor(io, [&](std::exception_ptr, bool b) { stopped = b; })));
  while (!started)
    std::this_thread::yield();
  stop.emit(asio::cancellation_type::all);
  io.run();
  CHECK(stopped);
}

TEST_CASE("the policy on_cpu can be called to compute elsewhere, on a runtime of its own too") {
  run_coroutine([]() -> asio::awaitable<void> {
    auto const here = std::this_thread::get_id();
    auto const there = co_await tandem::on_cpu([] { return std::this_thread::get_id(); });
    CHECK(there != here);
    tandem::runtime two({.threads = 2});
    bool inside = false;
    co_await tandem::on_cpu.with(two)([&] { inside = two.workers().inside(); });
    CHECK(inside);
    int const answer = co_await tandem::on_cpu.with(two)(
        [](std::stop_token stop) { return stop.stop_requested() ? 0 : 42; });
    CHECK(answer == 42);
  });
  CHECK(tandem::on_cpu([] { return 7; }, asio::use_future).get() == 7);
}

TEST_CASE("a TBB task can await, and its thread works on meanwhile") {
#if defined(__SANITIZE_THREAD__)
  TANDEM_SKIP("TBB switches stacks here, which ThreadSanitizer does not follow");
#else
  // More tasks await than there are threads; they can only finish because waiting blocks none of them.
  constexpr int tasks = 32;
  tandem::queue<int> requests(tasks), answers(tasks);
  asio::io_context io(1);
  int done = 0;
  for (int i = 0; i < tasks; ++i)
    tandem::async_on_cpu(
        [&, i] {
          (void)requests.try_push(i);
          return tandem::await_in_task([&](auto token) { return answers.async_pop(std::move(token)); })
              .value();
        },
        asio::bind_executor(io, [&](std::exception_ptr e, int) { done += !e; }));
  std::jthread answerer([&] {
    for (int i = 0; i < tasks; ++i)
      (void)requests.pop();
    for (int i = 0; i < tasks; ++i)
      (void)answers.push(i);
  });
  io.run();
  CHECK(done == tasks);
  tandem::queue<int> closed(1);
  closed.close();
  CHECK_FALSE(tandem::await_in_task([&](auto token) { return closed.async_pop(std::move(token)); }));
#endif
}
