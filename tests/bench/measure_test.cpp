#include <catch2/catch.hpp>

#include "measure.hpp"

#include <string>

using namespace tandem_bench;

namespace {
// A clock that only moves when the contenders say so.
struct fake_time {
  double now_ns = 0.0;
  int calls = 0;

  contender taking(std::string name, double cost_ns) {
    return {std::move(name), [this, cost_ns] {
              now_ns += cost_ns;
              ++calls;
            }};
  }
  measure_options options() {
    measure_options made;
    made.clock = [this] { return now_ns; };
    return made;
  }
};
} // namespace

TEST_CASE("measure: the median is the cost of one call, however calls are batched") {
  fake_time time;
  std::vector<contender> const two{time.taking("short", 50.0), time.taking("long", 3e6)};
  auto const results = measure(two, time.options());
  REQUIRE(results.size() == 2);
  CHECK(results[0].median_ns == Approx(50.0));
  CHECK(results[1].median_ns == Approx(3e6));
  CHECK(results[0].deviation_ns == Approx(0.0).margin(1e-6));
  CHECK(results[0].samples == 51);
  CHECK(results[1].samples == 10);
}

TEST_CASE("measure: preparation is outside the clock") {
  fake_time time;
  contender prepared = time.taking("prepared", 100.0);
  prepared.prepare = [&time] { time.now_ns += 1e9; };
  auto const results = measure(std::vector{prepared}, time.options());
  CHECK(results[0].median_ns == Approx(100.0));
}

TEST_CASE("measure: spikes and a slow first call do not show") {
  fake_time time;
  contender spiky{"spiky", [&time] {
                    ++time.calls;
                    time.now_ns += time.calls == 1 ? 1e9 : time.calls % 5 == 0 ? 7e7 : 1e6;
                  }};
  auto const results = measure(std::vector{spiky}, time.options());
  CHECK(results[0].median_ns == Approx(1e6));
}

TEST_CASE("measure: contenders take turns") {
  std::string order;
  double now = 0.0;
  auto const noted = [&](char letter) {
    return contender{std::string(1, letter), [&order, &now, letter] {
                       order += letter;
                       now += 1e6;
                     }};
  };
  measure_options options;
  options.clock = [&now] { return now; };
  options.budget_ns = 4e6;
  options.least_samples = 4;
  measure(std::vector{noted('a'), noted('b'), noted('c')}, options);
  CHECK(order == "aabbcc"
                 "abc"
                 "bca"
                 "cab"
                 "abc");
}

TEST_CASE("measure: nothing to measure") {
  CHECK(measure({}, {}).empty());
}
