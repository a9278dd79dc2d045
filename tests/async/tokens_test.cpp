// Every waiting operation with the two completion tokens that are not coroutines: futures and callbacks.
#include "support.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>

using namespace tandem_test;
using tandem::wait_status;

TEST_CASE("futures wait for everything that a coroutine can wait for") {
  auto const soon = [](auto& future) { return future.wait_for(1ms) == std::future_status::timeout; };
  tandem::queue<std::string> q(1);
  auto item = q.async_pop(asio::use_future);
  CHECK(soon(item));
  CHECK(q.async_push("x", asio::use_future).get());
  CHECK(item.get() == "x");

  tandem::oneshot<int> o;
  auto answer = o.async_receive(asio::use_future);
  CHECK(soon(answer));
  o.send(5);
  CHECK(answer.get() == 5);

  tandem::watch<int> w(1);
  auto seen = w.subscribe();
  seen.mark_seen();
  auto changed = seen.async_changed(asio::use_future);
  CHECK(soon(changed));
  w.set(2);
  CHECK(changed.get());
  CHECK(seen.get() == 2);

  tandem::broadcast<int> b(4);
  auto subscriber = b.subscribe();
  auto news = subscriber.async_receive(asio::use_future);
  CHECK(soon(news));
  b.send(7);
  CHECK(news.get() == 7);

  tandem::async_semaphore s(0);
  auto permit = s.async_acquire(2, asio::use_future);
  CHECK(soon(permit));
  s.add(2);
  CHECK(permit.get().count() == 2);

  tandem::event e;
  auto set = e.async_wait(asio::use_future);
  CHECK(soon(set));
  e.set();
  set.get();

  tandem::queue<int> refused(1);
  REQUIRE(refused.push(1));
  auto late = refused.async_push(2, asio::use_future);
  CHECK(soon(late));
  refused.close();
  auto const back = late.get();
  CHECK(back.status() == wait_status::closed);
}

TEST_CASE("futures and callbacks of timed and composed operations") {
  asio::io_context io(1);
  auto work = asio::make_work_guard(io);
  std::jthread const control([&] { io.run(); });
  auto const on = [&](auto f) { return asio::bind_executor(io, std::move(f)); };
  tandem::queue<int> a(1), b(1);
  tandem::rate_limiter limiter(1000, 1);

  std::promise<std::size_t> which;
  tandem::select(tandem::readable(a), tandem::readable(b), tandem::after(1h),
                 on([&](std::error_code, std::size_t i) { which.set_value(i); }));
  REQUIRE(b.push(1));
  CHECK(which.get_future().get() == 1);
  CHECK(b.try_pop() == 1);

  std::promise<std::error_code> late;
  tandem::with_timeout(
      1ms, [&](auto&& token) { return a.async_pop(std::move(token)); },
      on([&](std::error_code e, std::optional<int>) { late.set_value(e); }));
  CHECK(late.get_future().get() == asio::error::timed_out);

  for (int i = 0; i < 3; ++i) {
    limiter.async_acquire(1, asio::bind_executor(io, asio::use_future)).get();
    limiter.async_acquire(1, asio::use_future).get();
  }

  tandem::task_scope scope(io.get_executor());
  scope.spawn([&]() -> asio::awaitable<void> { (void)co_await a.async_pop(); });
  auto joined = scope.async_join(asio::use_future);
  CHECK(joined.wait_for(1ms) == std::future_status::timeout);
  REQUIRE(a.push(3));
  joined.get();

  CHECK(tandem::async_on_cpu([] { return 6 * 7; }, asio::use_future).get() == 42);
  std::promise<int> computed;
  tandem::async_on_cpu([] { return 43; }, on([&](std::exception_ptr, int v) { computed.set_value(v); }));
  CHECK(computed.get_future().get() == 43);
  work.reset();
}

TEST_CASE("handlers on a strand over any executor are served") {
  asio::io_context io(1);
  auto const strand = asio::make_strand(asio::any_io_executor(io.get_executor()));
  auto const on_strand = [&](auto f) { return asio::bind_executor(strand, std::move(f)); };
  tandem::queue<int> q(1);
  int got = 0, computed = 0;
  q.async_pop(on_strand([&](std::error_code, std::optional<int> item) { got = item.value_or(-1); }));
  tandem::async_on_cpu([] { return 2; }, on_strand([&](std::exception_ptr, int value) { computed = value; }));
  std::size_t index = 9;
  tandem::select(tandem::after(0ms), on_strand([&](std::error_code, std::size_t i) { index = i; }));
  REQUIRE(q.push(1));
  io.run();
  CHECK(got == 1);
  CHECK(computed == 2);
  CHECK(index == 0);
}
