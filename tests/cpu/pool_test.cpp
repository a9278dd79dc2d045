#include <tandem/cpu/execution.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <pthread.h>
#include <sched.h>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using tandem::cpu::pool;
using tandem::cpu::pool_options;

namespace {

pool_options with_threads(std::size_t n) {
  pool_options options;
  options.threads = n;
  return options;
}

std::uint64_t fibonacci(pool& workers, unsigned n) {
  if (n < 2)
    return n;
  std::uint64_t a = 0, b = 0;
  workers.join([&] { a = fibonacci(workers, n - 1); }, [&] { b = fibonacci(workers, n - 2); });
  return a + b;
}

} // namespace

TEST_CASE("pool: ranges cover [0, n) exactly once", "[pool]") {
  auto const threads = GENERATE(1u, 2u, 3u, 8u);
  pool workers(with_threads(threads));
  REQUIRE(workers.threads() == threads);
  for (std::size_t n : {0u, 1u, 2u, 7u, 64u, 1000u, 4096u, 100003u})
    for (std::size_t grain : {0u, 1u, 3u, 64u, 1000u, 1000000u}) {
      std::vector<std::atomic<int>> seen(n);
      std::atomic<int> bad{0};
      workers.for_ranges(n, grain, [&](std::size_t first, std::size_t last) {
        if (first >= last || last > n || first % std::max(grain, std::size_t{1}) != 0) {
          ++bad; // Catch's own checks belong to one thread
          return;
        }
        for (auto i = first; i < last; ++i)
          seen[i].fetch_add(1, std::memory_order_relaxed);
      });
      bool once = bad.load() == 0;
      for (auto const& s : seen)
        once = once && s.load() == 1;
      CHECK(once);
    }
}

TEST_CASE("pool: more threads than processors really run at once", "[pool]") {
  pool small(with_threads(2)); // living beside the larger one, it must not limit it
  pool workers(with_threads(6));
  std::mutex mutex;
  std::set<std::thread::id> ids;
  std::atomic<int> arrived{0};
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(200);
  workers.for_workers(6, [&](std::size_t) {
    {
      std::scoped_lock const lock(mutex);
      ids.insert(std::this_thread::get_id());
    }
    ++arrived;
    while (arrived.load() < 6 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  });
  CHECK(ids.size() == 6);
}

TEST_CASE("pool: plain memory written by bodies is seen after the call, and the other way round", "[pool]") {
  pool workers(with_threads(4));
  std::vector<int> data(50000, 1);
  for (int round = 0; round < 20; ++round) {
    workers.for_ranges(data.size(), 100, [&](std::size_t first, std::size_t last) {
      for (auto i = first; i < last; ++i)
        data[i] += 1;
    });
    REQUIRE(std::accumulate(data.begin(), data.end(), std::int64_t{0}) == 50000 * std::int64_t{round + 2});
  }
}

TEST_CASE("pool: the first exception comes back and the rest is cancelled", "[pool]") {
  auto const threads = GENERATE(1u, 2u, 8u);
  pool workers(with_threads(threads));
  std::atomic<std::size_t> started{0};
  auto const ranges = [&] {
    workers.for_ranges(1'000'000, 1, [&](std::size_t first, std::size_t) {
      ++started;
      throw std::runtime_error(std::to_string(first));
    });
  };
  CHECK_THROWS_AS(ranges(), std::runtime_error);
  CHECK(started.load() <= threads);
  CHECK_THROWS_AS(workers.execute([] { throw std::logic_error("one"); }), std::logic_error);
  CHECK_THROWS_AS(workers.join([] { throw std::logic_error("f"); }, [] {}), std::logic_error);
  CHECK_THROWS_AS(workers.join([] {}, [] { throw std::logic_error("g"); }), std::logic_error);
  CHECK_THROWS_AS(workers.for_workers(5, [](std::size_t i) { throw i; }), std::size_t);
  CHECK(fibonacci(workers, 10) == 55); // still usable
}

TEST_CASE("pool: nested calls end, also while other bodies wait for this one", "[pool]") {
  auto const threads = GENERATE(1u, 2u, 4u);
  pool workers(with_threads(threads));
  pool other(with_threads(3));
  std::atomic<int> count{0};
  workers.for_ranges(40, 1, [&](std::size_t first, std::size_t last) {
    for (auto i = first; i < last; ++i)
      workers.for_ranges(50, 1, [&](std::size_t a, std::size_t b) {
        other.for_ranges(b - a, 1, [&](std::size_t c, std::size_t d) { count += static_cast<int>(d - c); });
      });
  });
  CHECK(count.load() == 2000);

  // A chain: each tile waits for the one before it, after a nested call in which it could steal a later tile.
  for (int round = 0; round < 50; ++round) {
    std::atomic<std::size_t> ticket{0}, done{0};
    workers.for_workers(threads, [&](std::size_t) {
      for (auto tile = ticket++; tile < 20; tile = ticket++) {
        std::atomic<int> inner{0};
        workers.for_ranges(8, 1, [&](std::size_t, std::size_t) { ++inner; });
        workers.join([&] { ++inner; }, [&] { ++inner; });
        while (done.load(std::memory_order_acquire) != tile)
          std::this_thread::yield();
        done.store(tile + 1, std::memory_order_release);
      }
    });
    REQUIRE(done.load() == 20);
  }
}

TEST_CASE("pool: several threads call at once", "[pool]") {
  pool workers(with_threads(2));
  std::atomic<std::uint64_t> sum{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t)
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        workers.for_ranges(1000, 10, [&](std::size_t first, std::size_t last) { sum += last - first; });
    });
  for (auto& caller : callers)
    caller.join();
  CHECK(sum.load() == 4 * 50 * 1000);
  CHECK(fibonacci(workers, 15) == 610);
}

TEST_CASE("pool: inside, names and pinning", "[pool]") {
  pool_options options;
  options.threads = 3;
  options.name = "a-name-that-is-too-long";
  options.pin = true;
  cpu_set_t before;
  REQUIRE(pthread_getaffinity_np(pthread_self(), sizeof before, &before) == 0);
  std::atomic<int> pinned{0}, named{0}, arrived{0}, inside{0};
  {
    pool workers(options);
    CHECK_FALSE(workers.inside());
    auto const caller = std::this_thread::get_id();
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(200);
    workers.for_workers(3, [&](std::size_t) {
      inside += workers.inside();
      cpu_set_t now;
      pthread_getaffinity_np(pthread_self(), sizeof now, &now);
      pinned += CPU_COUNT(&now) == 1;
      char name[16] = {};
      pthread_getname_np(pthread_self(), name, sizeof name);
      named += std::this_thread::get_id() != caller && std::string(name).starts_with("a-name-that-i/");
      ++arrived;
      while (arrived.load() < 3 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    });
  }
  CHECK(inside.load() == 3);
  CHECK(pinned.load() == 3);
  CHECK(named.load() == 2);
  cpu_set_t after;
  REQUIRE(pthread_getaffinity_np(pthread_self(), sizeof after, &after) == 0);
  CHECK(CPU_EQUAL(&before, &after));
  CHECK_THROWS_WITH(pool(with_threads(5000)), Catch::Contains("5000"));
}
