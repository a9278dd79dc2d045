#include <tandem/for_each.hpp>
#include <tandem/join.hpp>
#include <tandem/map.hpp>
#include <tandem/reduce.hpp>
#include <tandem/runtime.hpp>
#include <tandem/scope.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace tandem;

namespace {

runtime_options with_threads(unsigned n) {
  runtime_options options;
  options.threads = n;
  return options;
}

std::uint64_t fibonacci(unsigned n) {
  if (n < 2)
    return n;
  std::uint64_t a = 0, b = 0;
  scope(on_cpu, [&](task_group& group) {
    group.spawn([&] { a = fibonacci(n - 1); });
    b = fibonacci(n - 2);
  });
  return a + b;
}

} // namespace

TEST_CASE("scope: tasks borrow from the stack and have ended when it returns", "[scope]") {
  auto const threads = GENERATE(1u, 2u, 8u);
  runtime own(with_threads(threads));
  std::vector<int> data(1000, 0);
  auto const answer = scope(on_cpu.with(own), [&](task_group& group) {
    for (auto& x : data)
      group.spawn([&x] { x += 1; });
    return std::string("done");
  });
  CHECK(answer == "done");
  CHECK(std::accumulate(data.begin(), data.end(), 0) == 1000);
  // Tasks start tasks; move-only captures.
  std::atomic<int> leaves{0};
  auto const grow = [&](auto const& self, task_group& group, int depth) -> void {
    if (depth == 0) {
      ++leaves;
      return;
    }
    for (int i = 0; i < 2; ++i)
      group.spawn([&self, depth, owned = std::make_unique<int>(1)](task_group& inner) {
        self(self, inner, depth - *owned);
      });
  };
  scope(on_cpu.with(own), [&](task_group& group) { grow(grow, group, 10); });
  CHECK(leaves == 1024);
  own.install([] { CHECK(fibonacci(16) == 987); });
}

TEST_CASE("scope: the first exception comes back, the rest is dropped", "[scope]") {
  auto const threads = GENERATE(1u, 3u);
  runtime own(with_threads(threads));
  auto const where = on_cpu.with(own);
  std::atomic<int> ran{0};
  auto const alive = std::make_shared<int>(0);
  auto const failing = [&] {
    scope(where, [&](task_group& group) {
      for (int i = 0; i < 1000; ++i)
        group.spawn([&ran, alive, i] {
          ++ran;
          if (i % 2 != 0)
            throw std::runtime_error("task");
        });
    });
  };
  CHECK_THROWS_WITH(failing(), "task");
  CHECK(ran < 1000);
  CHECK(alive.use_count() == 1);
  auto const body = [&] {
    scope(where, [&](task_group& group) {
      group.spawn([alive] {});
      throw std::logic_error("body");
    });
  };
  CHECK_THROWS_WITH(body(), "body");
  CHECK(alive.use_count() == 1);
  ran = 0;
  scope(where, [&](task_group& group) {
    group.cancel();
    CHECK(group.cancelled());
    group.spawn([&] { ++ran; });
  });
  CHECK(ran == 0);
}

TEST_CASE("scope: inside algorithms, algorithms inside, and from other threads", "[scope]") {
  auto const threads = GENERATE(1u, 2u, 4u);
  runtime own(with_threads(threads)), other(with_threads(3));
  std::atomic<std::size_t> sum{0};
  for (int round = 0; round < 20; ++round)
    parallel_for(on_cpu.with(own), 40, [&](std::size_t) {
      scope(on_cpu.with(own), [&](task_group& group) {
        for (int t = 0; t < 5; ++t)
          group.spawn([&] {
            parallel_for(on_cpu.with(own), 10, [&](std::size_t) { ++sum; });
            parallel_for(on_cpu.with(other), 10, [&](std::size_t) { ++sum; });
          });
        parallel_join(
            on_cpu.with(own), [&] { group.spawn([&] { ++sum; }); }, [&] { ++sum; });
      });
    });
  CHECK(sum == 20 * 40 * (5 * 20 + 2));
  std::atomic<int> outside{0};
  scope(on_cpu.with(own), [&](task_group& group) {
    std::vector<std::thread> callers;
    for (int t = 0; t < 3; ++t)
      callers.emplace_back([&] {
        for (int i = 0; i < 100; ++i)
          group.spawn([&] { ++outside; });
      });
    for (auto& caller : callers)
      caller.join();
  });
  CHECK(outside == 300);
}

TEST_CASE("runtime: install runs calls on its threads, returns and throws", "[runtime]") {
  runtime own(with_threads(2)), other(with_threads(3));
  CHECK(own.install([] { return current_runtime().threads(); }) == 2);
  CHECK(own.install([&] {
    return other.install([&] { return own.install([] { return current_runtime().threads(); }) * 10; }) +
           current_runtime().threads();
  }) == 22);
  CHECK(&current_runtime() == &default_runtime());
  int value = 1;
  own.install([&]() -> int& { return value; }) = 5;
  CHECK(value == 5);
  CHECK(*own.install([] { return std::make_unique<int>(7); }) == 7);
  CHECK_THROWS_WITH(own.install([] { throw std::runtime_error("inside"); }), "inside");
  // Nested calls without a policy stay on the outer call's runtime, so that threads do not multiply.
  std::mutex mutex;
  std::set<runtime*> seen;
  std::atomic<int> running{0}, most{0};
  scope(on_cpu.with(other), [&](task_group& group) {
    for (int task = 0; task < 10; ++task)
      group.spawn([&] {
        parallel_for(on_cpu, 20, [&](std::size_t) {
          auto const now = ++running;
          for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
          }
          {
            std::scoped_lock const lock(mutex);
            seen.insert(&current_runtime());
          }
          --running;
        });
      });
  });
  CHECK(seen == std::set<runtime*>{&other});
  CHECK(most <= 3);
  std::vector<int> const x(100000, 1);
  CHECK(own.install([&] { return parallel_reduce(x, 0, plus{}); }) == 100000);
  CHECK(own.install([&] { return parallel_reduce(on_cpu, x, 0, plus{}); }) == 100000);
  CHECK_NOTHROW(own.last_decision());
}

TEST_CASE("runtimes work side by side", "[runtime]") {
  runtime a(with_threads(2)), b(with_threads(4));
  std::atomic<std::size_t> sum{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&, t] {
      auto const where = on_cpu.with(t % 2 == 0 ? a : b);
      for (int round = 0; round < 50; ++round) {
        parallel_for(where, 1000, [&](std::size_t) { ++sum; });
        scope(where, [&](task_group& group) { group.spawn([&] { ++sum; }); });
      }
    });
  for (auto& caller : callers)
    caller.join();
  CHECK(sum == 4 * 50 * 1001);
}

TEST_CASE("parallel_join takes any number of functions", "[join]") {
  runtime own(with_threads(3));
  auto const [a, b, c, d] = parallel_join(
      on_cpu.with(own), [] { return 1; }, [] { return std::string("two"); },
      [] { return std::make_unique<int>(3); }, [] { return 4.0; });
  CHECK((a == 1 && b == "two" && *c == 3 && d == 4.0));
  CHECK_THROWS_WITH(parallel_join(
                        on_cpu.with(own), [] {}, [] {}, [] { throw std::runtime_error("third"); }),
                    "third");
}
