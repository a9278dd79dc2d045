#include "support.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace tandem_test;
using tandem::wait_status;

namespace {

template <class Q>
void check_sequential_use(std::size_t capacity) {
  Q q(capacity);
  REQUIRE(q.capacity() == capacity);
  for (int round = 0; round < 3; ++round) {
    CHECK(q.empty());
    auto nothing = q.try_pop();
    CHECK_FALSE(nothing);
    CHECK(nothing.status() == wait_status::empty);
    for (int i = 0; i < static_cast<int>(capacity); ++i)
      CHECK(q.try_push(tracked(i)) == wait_status::ok);
    CHECK(q.size() == capacity);
    tracked refused(77);
    CHECK(q.try_push(std::move(refused)) == wait_status::full);
    CHECK(refused.value == 77);
    for (int i = 0; i < static_cast<int>(capacity); ++i) {
      auto item = q.try_pop();
      REQUIRE(item);
      CHECK(item->value == i);
    }
  }
  CHECK(q.try_push(tracked(1)) == wait_status::ok);
  q.close();
  q.close();
  tracked late(5);
  CHECK(q.try_push(std::move(late)) == wait_status::closed);
  CHECK(late.value == 5);
  CHECK(q.closed());
  CHECK(q.try_pop());
  CHECK(q.try_pop().status() == wait_status::closed);
}

} // namespace

TEST_CASE("a queue is first in, first out and bounded, whatever its capacity") {
  for (std::size_t capacity : {1u, 2u, 3u, 5u, 8u, 100u}) {
    check_sequential_use<tandem::queue<tracked>>(capacity);
    check_sequential_use<tandem::local_queue<tracked>>(capacity);
  }
  CHECK(tracked::alive == 0);
  CHECK_THROWS_AS(tandem::queue<int>(0), std::invalid_argument);
}

TEST_CASE("a queue destroys what is left in it") {
  {
    tandem::queue<tracked> q(7);
    tandem::local_queue<tracked> l(7);
    for (int i = 0; i < 5; ++i) {
      REQUIRE(q.try_push(tracked(i)) == wait_status::ok);
      REQUIRE(l.try_push(tracked(i)) == wait_status::ok);
    }
    REQUIRE(tracked::alive == 10);
  }
  CHECK(tracked::alive == 0);
}

TEST_CASE("a queue bounded by bytes refuses what does not fit, but takes one item of any size") {
  tandem::queue<std::string> q({.items = 100, .bytes = 10}, [](std::string const& s) { return s.size(); });
  CHECK(q.try_push(std::string(50, 'x')) == wait_status::ok);
  CHECK(q.size_bytes() == 50);
  std::string a = "a";
  CHECK(q.try_push(std::move(a)) == wait_status::full);
  CHECK(a == "a");
  CHECK(q.try_pop()->size() == 50);
  CHECK(q.try_push(std::string(6, 'y')) == wait_status::ok);
  CHECK(q.try_push(std::string(5, 'z')) == wait_status::full);
  CHECK(q.try_push(std::string(4, 'z')) == wait_status::ok);
  CHECK(q.size_bytes() == 10);
  q.close();
  CHECK(q.try_push(std::string("w")) == wait_status::closed);
  (void)q.try_pop();
  (void)q.try_pop();
  CHECK(q.size_bytes() == 0);
}

TEST_CASE("a pusher that waits for bytes is let in by the pop that frees them") {
  tandem::queue<std::string> q({.items = 100, .bytes = 8}, [](std::string const& s) { return s.size(); });
  REQUIRE(q.push(std::string(8, 'a')));
  std::jthread pusher([&] { (void)q.push(std::string(5, 'b')); });
  std::this_thread::sleep_for(5ms);
  CHECK(q.pop()->size() == 8);
  CHECK(q.pop()->size() == 5);
}

TEST_CASE("blocking ends time out, give the value back, and end at close") {
  tandem::queue<std::unique_ptr<int>> q(1);
  auto nothing = q.pop_for(1ms);
  CHECK_FALSE(nothing);
  CHECK(nothing.status() == wait_status::timed_out);
  REQUIRE(q.push(std::make_unique<int>(1)));
  auto refused = q.push_for(std::make_unique<int>(2), 1ms);
  CHECK_FALSE(refused);
  CHECK(refused.status() == wait_status::timed_out);
  REQUIRE(refused.rejected());
  CHECK(**refused.rejected() == 2);
  std::jthread closer([&] {
    std::this_thread::sleep_for(5ms);
    q.close();
  });
  auto closed = q.push(std::make_unique<int>(3));
  CHECK(closed.status() == wait_status::closed);
  CHECK(**closed.rejected() == 3);
  CHECK(**q.pop() == 1);
  CHECK(q.pop().status() == wait_status::closed);
}

TEST_CASE("coroutines push, pop, drain and see the close") {
  std::vector<int> got;
  run_coroutine([&]() -> asio::awaitable<void> {
    tandem::queue<int> q(3);
    auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(
        executor,
        [&]() -> asio::awaitable<void> {
          for (int i = 0; i < 1000; ++i) {
            auto const pushed = co_await q.async_push(i);
            if (!pushed)
              FAIL("push failed");
          }
          q.close();
        },
        asio::detached);
    while (auto item = co_await q.async_pop())
      got.push_back(*item);
  });
  REQUIRE(got.size() == 1000);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(got[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("callbacks and futures work as completion tokens") {
  asio::io_context io(1);
  tandem::queue<std::string> q(1);
  std::string got;
  q.async_pop(asio::bind_executor(io, [&](std::error_code e, std::optional<std::string> s) {
    CHECK_FALSE(e);
    got = s.value();
  }));
  bool pushed = false;
  q.async_push("hello",
               asio::bind_executor(io, [&](tandem::push_result<std::string> r) { pushed = bool(r); }));
  CHECK(got.empty());
  CHECK_FALSE(pushed);
  io.run();
  CHECK(got == "hello");
  CHECK(pushed);
  auto future = q.async_pop(asio::use_future);
  CHECK(future.wait_for(1ms) == std::future_status::timeout);
  CHECK(q.async_push("later", asio::use_future).get());
  CHECK(future.get() == "later");
}

TEST_CASE("a waiting handler keeps its context running until it is served") {
  asio::io_context io(1);
  tandem::queue<int> q(1);
  int got = 0;
  q.async_pop(asio::bind_executor(io, [&](std::error_code, std::optional<int> v) { got = v.value_or(-1); }));
  std::jthread pusher([&] {
    std::this_thread::sleep_for(10ms);
    (void)q.push(42);
  });
  io.run();
  CHECK(got == 42);
}

TEST_CASE("cancelling a waiting push gives its value back, cancelling a waiting pop takes nothing") {
  asio::io_context io(1);
  tandem::queue<tracked> q(1);
  asio::cancellation_signal stop_push, stop_pop;
  REQUIRE(q.try_push(tracked(1)) == wait_status::ok);
  int returned = 0, stored = 0;
  q.async_push(tracked(2), asio::bind_cancellation_slot(
                               stop_push.slot(), asio::bind_executor(io, [&](tandem::push_result<tracked> r) {
                                 CHECK(r.status() == wait_status::cancelled);
                                 returned = r.rejected()->value;
                               })));
  stop_push.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(returned == 2);
  stored = q.try_pop()->value;
  CHECK(stored == 1);
  io.restart();
  q.async_pop(asio::bind_cancellation_slot(
      stop_pop.slot(), asio::bind_executor(io, [&](std::error_code e, std::optional<tracked> v) {
        CHECK(e == asio::error::operation_aborted);
        CHECK_FALSE(v);
      })));
  stop_pop.emit(asio::cancellation_type::total);
  stop_pop.emit(asio::cancellation_type::total);
  io.run();
  CHECK(q.try_push(tracked(3)) == wait_status::ok);
  CHECK(q.try_pop()->value == 3);
}

TEST_CASE("a cancellation that comes after the item delivers the item") {
  asio::io_context io(1);
  tandem::queue<int> q(1);
  asio::cancellation_signal stop;
  int got = 0;
  q.async_pop(asio::bind_cancellation_slot(
      stop.slot(),
      asio::bind_executor(io, [&](std::error_code, std::optional<int> v) { got = v.value_or(-1); })));
  REQUIRE(q.try_push(9) == wait_status::ok);
  stop.emit(asio::cancellation_type::all);
  io.run();
  CHECK(got == 9);
}

TEST_CASE("waiters are served first come, first served, and async pushes do not overtake each other") {
  asio::io_context io(1);
  tandem::queue<int> q(1);
  std::vector<int> order;
  for (int i = 0; i < 5; ++i)
    q.async_pop(asio::bind_executor(io, [&, i](std::error_code, std::optional<int> v) {
      CHECK(v == i);
      order.push_back(i);
    }));
  for (int i = 0; i < 9; ++i)
    q.async_push(i, asio::bind_executor(io, [](tandem::push_result<int> r) { CHECK(r); }));
  io.poll(); // three pushes still wait
  CHECK(order == std::vector{0, 1, 2, 3, 4});
  for (int i = 5; i < 9; ++i) {
    CHECK(q.try_pop() == i);
    io.poll();
  }
}

TEST_CASE("destroying a queue ends the waits of its handlers, and their cancellation slots may fire later") {
  asio::io_context io(1);
  asio::cancellation_signal stop;
  bool ended = false;
  {
    tandem::queue<int> q(1);
    q.async_pop(asio::bind_cancellation_slot(
        stop.slot(), asio::bind_executor(io, [&](std::error_code e, std::optional<int> v) {
          CHECK_FALSE(e);
          CHECK_FALSE(v);
          ended = true;
        })));
  }
  stop.emit(asio::cancellation_type::all);
  io.run();
  CHECK(ended);
}

TEST_CASE("a context destroyed with handlers waiting at a queue leaves the queue usable") {
  tandem::queue<tracked> q(1);
  {
    asio::io_context io(1);
    asio::co_spawn(
        io, [&]() -> asio::awaitable<void> { (void)co_await q.async_push(tracked(1)); }, asio::detached);
    io.run();
    io.restart();
    asio::co_spawn(
        io, [&]() -> asio::awaitable<void> { (void)co_await q.async_push(tracked(2)); }, asio::detached);
    io.poll();
    CHECK(q.try_pop()->value == 1);
    CHECK(q.try_pop()->value == 2);
  }
  CHECK(q.try_push(tracked(3)) == wait_status::ok);
}
