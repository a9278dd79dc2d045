#include <catch2/catch.hpp>

#include <simulated_machine.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

using namespace tandem;
using namespace tandem::simulation;
using tandem::detail::learner;

namespace {

int const site = 0;

outcome call(simulated_machine const& on, profile const& believed, request const& asked, learner& learned,
             std::mt19937_64& random) {
  return simulate_call(on, believed, asked, learned, &site, random);
}

simulated_machine machine_named(std::string const& name) {
  for (auto& one : simulated_machines())
    if (one.name == name)
      return one;
  throw std::logic_error("no simulated machine is called " + name);
}

/// The true factors of a machine whose algorithms are better or worse tuned than the model thinks.
profile with_uneven_classes(profile truth, std::mt19937_64& random) {
  std::uniform_real_distribution<double> tuned(-0.7, 0.7);
  for (auto& factor : truth.cpu.factors)
    factor = static_cast<float>(std::exp(tuned(random)));
  for (auto& device : truth.devices)
    for (auto& factor : device.factors)
      factor = static_cast<float>(std::exp(tuned(random)));
  return truth;
}

void require_small_regret(std::vector<double> regrets) {
  auto const seen = summarise(std::move(regrets));
  CAPTURE(seen.calls, seen.geomean, seen.p99, seen.worst);
  CHECK(seen.geomean <= 1.05);
  CHECK(seen.p99 <= 1.25);
  CHECK(seen.worst <= 2);
}

} // namespace

TEST_CASE("Regret stays small with a profile that is 15 % off, noise and spikes", "[simulated][regret]") {
  for (auto const kind : algorithm_classes) {
    CAPTURE(name_of(kind));
    std::vector<double> regrets;
    for (unsigned seed = 0; seed < 3; ++seed)
      for (auto on : simulated_machines()) {
        std::mt19937_64 random(seed);
        on.truth = with_uneven_classes(on.truth, random);
        auto const on_this = regrets_of(on, mismeasured(on.truth, 0.15, random), kind, 20, random);
        regrets.insert(regrets.end(), on_this.begin(), on_this.end());
      }
    require_small_regret(std::move(regrets));
  }
}

TEST_CASE("A profile that is right costs nothing but what hysteresis gives away", "[simulated][regret]") {
  for (auto const& on : simulated_machines())
    for (auto const kind : algorithm_classes)
      for (int log_n = 8; log_n <= 26; ++log_n)
        for (bool const resident : {false, true}) {
          auto const asked = simulated_request(kind, std::size_t{1} << log_n, 30, resident);
          auto const times = true_times_us(on, asked);
          auto const made = decide(asked, on.state, on.truth);
          CAPTURE(on.name, name_of(kind), log_n, resident);
          REQUIRE(made.chosen.total_us <= 1.1501 * *std::min_element(times.begin(), times.end()));
        }
}

TEST_CASE("An old profile that is off by half is put right by learning", "[simulated][regret]") {
  std::vector<double> early, late;
  for (unsigned seed = 0; seed < 4; ++seed)
    for (auto const& on : simulated_machines()) {
      std::mt19937_64 random(seed);
      auto const believed = mismeasured(on.truth, 0.5, random);
      for (int log_n = 8; log_n <= 26; ++log_n)
        for (auto const kind : {algorithm::map, algorithm::scan, algorithm::radix_sort}) {
          learner learned;
          auto const asked = simulated_request(kind, std::size_t{1} << log_n, 30, false);
          for (int i = 0; i < 300; ++i) {
            auto const regret = call(on, believed, asked, learned, random).regret;
            if (i < 10)
              early.push_back(regret);
            else if (i >= 200)
              late.push_back(regret);
          }
        }
    }
  auto const before = summarise(std::move(early));
  auto const after = summarise(std::move(late));
  CAPTURE(before.geomean, before.p99, before.worst, after.geomean, after.p99, after.worst);
  CHECK(after.geomean <= before.geomean);
  CHECK(after.geomean <= 1.03);
  CHECK(after.p99 <= 1.5);
}

TEST_CASE("A device that slows three times is left, and found again when it recovers", "[simulated][drift]") {
  auto on = machine_named("H200");
  std::mt19937_64 random(7);
  learner learned;
  auto const asked = simulated_map(1 << 22, 50, false); // the GPU wins by less than three times
  auto const times = true_times_us(on, asked);
  REQUIRE(times[2] * 3 > times[1] * 1.15);
  REQUIRE(times[2] * 1.15 < times[1]);
  for (int i = 0; i < 20; ++i)
    REQUIRE(call(on, on.truth, asked, learned, random).device == 0);
  on.device_slowdown = 3;
  int calls_until_left = 0;
  while (call(on, on.truth, asked, learned, random).device == 0)
    REQUIRE(++calls_until_left <= 5);
  int still_there = 0;
  for (int i = 0; i < 400; ++i)
    still_there += call(on, on.truth, asked, learned, random).device == 0;
  REQUIRE(still_there <= 8); // probes only
  on.device_slowdown = 1;
  int calls_until_back = 0;
  while (calls_until_back < 40000) {
    auto const now = call(on, on.truth, asked, learned, random);
    ++calls_until_back;
    if (now.device == 0 && !now.probe)
      break;
  }
  CAPTURE(calls_until_back);
  REQUIRE(calls_until_back < 20000);
}

TEST_CASE("Drift in every direction costs little over a long run", "[simulated][drift]") {
  std::vector<double> regrets;
  for (auto const kind : algorithm_classes)
    for (auto on : simulated_machines()) {
      std::mt19937_64 random(3);
      learner learned;
      auto const asked = simulated_request(kind, 1 << 20, 30, false);
      for (double const slowdown : {1.0, 3.0, 1.0, 0.5, 1.5}) {
        on.device_slowdown = slowdown;
        for (int i = 0; i < 1000; ++i)
          regrets.push_back(call(on, on.truth, asked, learned, random).regret);
      }
    }
  auto const seen = summarise(std::move(regrets));
  CAPTURE(seen.geomean, seen.p99, seen.worst);
  CHECK(seen.geomean <= 1.05);
}

TEST_CASE("Near the crossover the choice does not flip from call to call", "[simulated][oscillation]") {
  for (auto const* name : {"H200", "integrated", "slow bus"}) {
    auto const on = machine_named(name);
    for (auto const kind : {algorithm::map, algorithm::scan, algorithm::radix_sort}) {
      auto const n = decide(simulated_request(kind, 1 << 20, 300, false), on.state, on.truth).crossover_n;
      if (n == 0)
        continue;
      for (unsigned seed = 0; seed < 4; ++seed) {
        std::mt19937_64 random(seed);
        learner learned;
        int switches = 0;
        auto before = std::pair{backend::serial, -1};
        for (int i = 0; i < 1000; ++i) {
          auto const now = call(on, on.truth, simulated_request(kind, n, 300, false), learned, random);
          if (!now.probe) {
            auto const choice = std::pair{now.where, now.device};
            switches += i > 0 && choice != before;
            before = choice;
          }
        }
        CAPTURE(name, name_of(kind), n, seed, switches);
        REQUIRE(switches <= 10);
      }
    }
  }
}

TEST_CASE("Spikes on one call of a hundred do not move a choice that is clear", "[simulated][spikes]") {
  auto const on = machine_named("H200");
  auto const asked = simulated_map(1 << 24, 300, true);
  std::mt19937_64 random(11);
  learner learned;
  for (int i = 0; i < 5000; ++i)
    REQUIRE(call(on, on.truth, asked, learned, random).where == backend::gpu);
}

TEST_CASE("A dead device is never chosen, and its comeback is noticed at once", "[simulated][dead]") {
  for (auto on : simulated_machines()) {
    if (on.state.devices.empty())
      continue;
    std::mt19937_64 random(5);
    learner learned;
    for (auto const kind : algorithm_classes) {
      auto const asked = simulated_request(kind, 1 << 22, 300, true);
      auto const alive = call(on, on.truth, asked, learned, random);
      for (auto& device : on.state.devices)
        device.failed = true;
      for (int i = 0; i < 50; ++i)
        REQUIRE(call(on, on.truth, asked, learned, random).device == -1);
      for (auto& device : on.state.devices)
        device.failed = false;
      CAPTURE(on.name, name_of(kind));
      REQUIRE(call(on, on.truth, asked, learned, random).where == alive.where);
    }
  }
}

TEST_CASE("Of two devices the better one serves, and the other one when it dies or is busy",
          "[simulated][dead]") {
  auto on = machine_named("two GPUs");
  std::mt19937_64 random(5);
  learner learned;
  auto const asked = simulated_map(1 << 24, 300, true);
  REQUIRE(call(on, on.truth, asked, learned, random).device == 1);
  on.state.devices[1].failed = true;
  REQUIRE(call(on, on.truth, asked, learned, random).device == 0);
  on.state.devices[1].failed = false;
  REQUIRE(call(on, on.truth, asked, learned, random).device == 1);
  on.state.devices[1].queued_us = 1e6;
  REQUIRE(call(on, on.truth, asked, learned, random).device == 0);
}

TEST_CASE("Frozen decisions are the same whatever happened before", "[simulated][frozen]") {
  auto const on = machine_named("H200");
  for (auto const kind : algorithm_classes)
    for (int log_n = 8; log_n <= 26; log_n += 3) {
      auto const asked = simulated_request(kind, std::size_t{1} << log_n, 30, false);
      auto const first = decide_quickly(asked, on.state, on.truth);
      std::mt19937_64 random(1);
      learner learned;
      for (int i = 0; i < 50; ++i)
        call(on, on.truth, asked, learned, random);
      auto const again = decide_quickly(asked, on.state, on.truth);
      REQUIRE(again.chosen.total_us == first.chosen.total_us);
      REQUIRE(again.where() == first.where());
      REQUIRE(again.margin == first.margin);
    }
}
