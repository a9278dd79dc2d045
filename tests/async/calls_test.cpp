#include "support.hpp"

#include <tandem/views.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace tandem;
using namespace tandem_test;

namespace {

std::vector<float> numbers(std::size_t n) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = static_cast<float>(i % 100) * 0.5f;
  return x;
}

struct parsed {
  bool good;
  int number;
  explicit operator bool() const { return good; }
  int operator*() const { return number; }
  std::string error() const { return "bad"; }
};

/// Something that all waiting threads can be kept busy with.
class gate {
 public:
  void open() { open_.store(true), open_.notify_all(); }
  void pass() {
    ++waiting_;
    open_.wait(false);
  }
  int waiting() const { return waiting_; }

 private:
  std::atomic<bool> open_{false};
  std::atomic<int> waiting_{0};
};

} // namespace

TEST_CASE("async calls give what the parallel ones give", "[async][calls]") {
  auto const x = numbers(20000);
  auto const y = numbers(20000);
  auto const twice = [](float v) { return 2 * v; };
  std::vector<int> const signs{1, 2, -3}; // g++ 12 cannot make a list in a co_await
  run_coroutine(
      [&]() -> asio::awaitable<void> { // a co_await inside CHECK would run more than once with g++ 12
        auto const token = asio::use_awaitable;
        auto const result1 = co_await async_map(on_cpu, x, twice, token);
        CHECK(result1 == parallel_map(on_cpu, x, twice));
        std::vector<float> out(x.size());
        co_await async_map(
            x, y, out, [](float a, float b) { return a - b; }, token);
        CHECK(out == std::vector<float>(x.size(), 0.0f));
        auto const result2 = co_await async_reduce(on_cpu, x, 1.0f, plus{}, token);
        CHECK(result2 == parallel_reduce(x, 1.0f, plus{}));
        auto const result3 = co_await async_map_reduce(x, y, 0.0f, plus{}, multiplies{}, token);
        CHECK(result3 == parallel_map_reduce(x, y, 0.0f, plus{}, multiplies{}));
        co_await async_inclusive_scan(x, out, token);
        CHECK(out.back() == parallel_reduce(x, 0.0f, plus{}));
        co_await async_exclusive_scan(on_cpu, x, out, 3.0f, plus{}, token);
        CHECK(out[0] == 3.0f);
        auto const small = [](float v) { return v < 1; };
        auto const result4 = co_await async_filter(x, small, token);
        CHECK(result4 == parallel_filter(x, small));
        auto const result5 = co_await async_count(x, small, token);
        CHECK(result5 == 400);
        auto const result6 = co_await async_find_if(
            x, [](float v) { return v == 1; }, token);
        CHECK(result6 == 2);
        auto const result7 = co_await async_any_of(x, small, token);
        CHECK(result7);
        auto const result8 = co_await async_all_of(x, small, token);
        CHECK_FALSE(result8);
        auto const result9 = co_await async_none_of(x, small, token);
        CHECK_FALSE(result9);
        auto const result10 = co_await async_max_element(x, token);
        CHECK(result10 == 99);
        auto const result11 = co_await async_minmax_element(x, token);
        CHECK(result11 == std::pair<std::size_t, std::size_t>(0, 99));
        auto keys = x;
        co_await async_sort(on_cpu, keys, greater{}, token);
        CHECK(std::is_sorted(keys.begin(), keys.end(), std::greater<>{}));
        std::vector<int> places(x.size());
        co_await async_generate(
            places, [](auto i) { return cast<int>(i); }, token);
        keys = x;
        co_await async_sort_by_key(keys, places, token);
        CHECK(places[1] == 100);
        auto const result12 = co_await async_sort_permutation(x, token);
        CHECK(result12[1] == 100);
        std::vector<std::uint32_t> bins(50);
        auto const result13 = co_await async_histogram(
            x, bins, [](float v) { return static_cast<int>(v); }, token);
        CHECK(result13 == 0);
        CHECK(bins == std::vector<std::uint32_t>(50, 400));
        std::atomic<int> calls{0};
        co_await async_for(
            std::size_t{100}, [&](std::size_t) { ++calls; }, token);
        CHECK(calls == 100);
        auto const both = co_await async_join([] { return 1; }, [] { return std::string("two"); }, token);
        CHECK(both == std::tuple(1, std::string("two")));
        auto const tried = co_await async_try_map(
            signs,
            [](int v) {
              return parsed{v > 0, v};
            },
            token);
        CHECK((!tried && tried.error_index() == 2));
        auto const result14 =
            co_await async_call([&] { return par(on_cpu, x) | filter(small) | count(); }, token);
        CHECK(result14 == 400);
      });
}

TEST_CASE("async calls complete through any token, on its executor", "[async][calls]") {
  auto const x = numbers(1000);
  float const total = parallel_reduce(x, 0.0f, plus{});
  CHECK(async_reduce(x, 0.0f, plus{}, asio::use_future).get() == total);
  asio::io_context io(1);
  std::thread::id completed;
  bool inside = true, was_inside = false;
  async_sort(std::vector<int>{3, 1, 2}, asio::bind_executor(io, [&](std::exception_ptr error) {
               completed = std::this_thread::get_id();
               was_inside = inside;
               CHECK_FALSE(error);
             }));
  inside = false;
  CHECK(io.run() == 1); // the call keeps the context at work
  CHECK(completed == std::this_thread::get_id());
  CHECK_FALSE(was_inside);
}

TEST_CASE("async calls: exceptions arrive, arguments are destroyed first", "[async][calls]") {
  asio::io_context io(1);
  auto const alive = std::make_shared<int>(1);
  auto const x = numbers(5000);
  std::string what;
  long uses = 0;
  async_map(
      on_cpu, x, [alive](float v) -> float { return v == 20 ? throw std::runtime_error("twenty") : v; },
      asio::bind_executor(io, [&](std::exception_ptr error, std::vector<float> const& result) {
        uses = alive.use_count();
        CHECK(result.empty());
        try {
          std::rethrow_exception(error);
        } catch (std::exception const& e) {
          what = e.what();
        }
      }));
  io.run();
  CHECK(what == "twenty");
  CHECK(uses == 1);
  std::vector<float> out(3);
  auto failed = async_map(
      x, out, [](float v) { return v; }, asio::use_future);
  CHECK_THROWS_AS(failed.get(), std::invalid_argument);
}

TEST_CASE("async calls: many in flight, the io_context never waits, one that has not started is cancelled",
          "[async][calls]") {
  gate hold;
  std::vector<std::future<void>> held;
  for (int i = 0; i < 8; ++i)
    held.push_back(async_call([&] { hold.pass(); }, asio::use_future));
  while (hold.waiting() < 8) // eight at a time
    std::this_thread::yield();
  asio::io_context io(1);
  asio::cancellation_signal signal;
  bool touched = false;
  std::optional<std::error_code> code;
  auto const owned = std::make_shared<int>(1);
  async_call(
      [&touched, owned] { touched = true; },
      asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(io, [&](std::exception_ptr error) {
                                     try {
                                       std::rethrow_exception(error);
                                     } catch (std::system_error const& e) {
                                       code = e.code();
                                     }
                                   })));
  asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
  io.run(); // although every waiting thread is busy
  CHECK(code == std::error_code(asio::error::operation_aborted));
  CHECK(owned.use_count() == 1);
  hold.open();
  for (auto& each : held)
    each.get();
  CHECK_FALSE(touched);
  // One that runs is not cancelled.
  gate second;
  bool completed = false;
  io.restart();
  async_call(
      [&] { second.pass(); },
      asio::bind_cancellation_slot(
          signal.slot(), asio::bind_executor(io, [&](std::exception_ptr error) { completed = !error; })));
  while (second.waiting() == 0)
    std::this_thread::yield();
  signal.emit(asio::cancellation_type::terminal);
  second.open();
  io.run();
  CHECK(completed);
  std::vector<std::future<float>> totals;
  auto const x = numbers(10000);
  float const total = parallel_reduce(x, 0.0f, plus{});
  for (int i = 0; i < 100; ++i)
    totals.push_back(async_reduce(on_cpu, x, 0.0f, plus{}, asio::use_future));
  for (auto& each : totals)
    CHECK(each.get() == total);
}
