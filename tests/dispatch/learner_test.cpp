#include "simulated_machine.hpp"

#include <catch2/catch.hpp>

#include <learned_decision.hpp>

#include <algorithm>
#include <thread>

using namespace tandem;
using namespace tandem::test;
using tandem::detail::learner;
using tandem::detail::learning_key;

namespace {

int const site = 0;

struct regret_summary {
  double geomean;
  double p99;
  double worst;
};

regret_summary summarise(std::vector<double> regrets) {
  std::sort(regrets.begin(), regrets.end());
  double logs = 0;
  for (auto const regret : regrets)
    logs += std::log(regret);
  return {.geomean = std::exp(logs / static_cast<double>(regrets.size())),
          .p99 = regrets[regrets.size() * 99 / 100],
          .worst = regrets.back()};
}

struct outcome {
  double regret; ///< true time of the choice over true time of the best
  int choice;
  bool probe;
};

/// One call: decide, take a noisy time, learn.
outcome call(simulated_machine const& on, profile const& believed, request const& asked, learner& learned, std::mt19937_64& random) {
  auto const made = detail::decide_learned(asked, on.state, believed, learned, &site);
  auto const times = true_times_us(on, asked);
  auto const best = *std::min_element(times.begin(), times.end());
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == made.chosen.where && made.candidates[i].device == made.chosen.device) {
      auto const taken = i < times.size() ? times[i] : times.back();
      detail::observe(made, learned, &site, noisy(taken, random));
      return {.regret = taken / best, .choice = static_cast<int>(i), .probe = made.why == reason::probe};
    }
  return {.regret = HUGE_VAL, .choice = -1, .probe = false};
}

} // namespace

TEST_CASE("Nothing learned is a factor of one", "[learner]") {
  learner learned;
  REQUIRE(learned.factor({&site, 0, 100, false}) == 1);
  REQUIRE(learned.samples({&site, 0, 100, false}) == 0);
}

TEST_CASE("One or two spikes move nothing, four slow runs are believed", "[learner]") {
  learner learned;
  learning_key const key{&site, 0, 5000, false};
  for (int i = 0; i < 5; ++i)
    learned.observe(key, 100, 100);
  learned.observe(key, 100, 5000);
  learned.observe(key, 100, 5000);
  REQUIRE(learned.factor(key) == Approx(1).margin(0.01));
  for (int i = 0; i < 4; ++i)
    learned.observe(key, 100, 300);
  REQUIRE(learned.factor(key) == Approx(3).epsilon(0.01));
  for (int i = 0; i < 5; ++i)
    learned.observe(key, 100, 100);
  REQUIRE(learned.factor(key) == Approx(1).margin(0.01));
}

TEST_CASE("Keys differ by site, device, power of two and residency", "[learner]") {
  learner learned;
  int const other_site = 0;
  for (int i = 0; i < 5; ++i)
    learned.observe({&site, 0, 1024, false}, 10, 40);
  REQUIRE(learned.factor({&site, 0, 1500, false}) == Approx(4).epsilon(0.01)); // the same power of two
  REQUIRE(learned.factor({&site, 0, 2048, false}) == 1);
  REQUIRE(learned.factor({&site, 1, 1024, false}) == 1);
  REQUIRE(learned.factor({&site, 0, 1024, true}) == 1);
  REQUIRE(learned.factor({&other_site, 0, 1024, false}) == 1);
}

TEST_CASE("A full table forgets nothing and takes no harm", "[learner]") {
  learner learned;
  std::vector<char> sites(20000);
  for (auto const& one : sites)
    for (int i = 0; i < 5; ++i)
      learned.observe({&one, 0, 64, false}, 10, 20);
  std::size_t known = 0;
  for (auto const& one : sites) {
    auto const factor = learned.factor({&one, 0, 64, false});
    REQUIRE((factor == 1 || factor == Approx(2).epsilon(0.01)));
    known += factor != 1;
  }
  REQUIRE(known > 3000);
  REQUIRE(known <= 4096);
}

TEST_CASE("Impossible measurements are not learned", "[learner]") {
  learner learned;
  learning_key const key{&site, 0, 64, false};
  for (double const bad : {0.0, -1.0, std::nan("")}) {
    learned.observe(key, 10, bad);
    learned.observe(key, bad, 10);
  }
  REQUIRE(learned.samples(key) == 0);
}

TEST_CASE("Threads may learn at once", "[learner]") {
  learner learned;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&learned] {
      for (std::size_t i = 0; i < 20000; ++i)
        learned.observe({&site, static_cast<int>(i % 3), std::size_t{1} << (i % 20), false}, 10, 30);
    });
  for (auto& thread : threads)
    thread.join();
  for (int device = 0; device < 3; ++device)
    REQUIRE(learned.factor({&site, device, 1, false}) == Approx(3).epsilon(0.01));
}

TEST_CASE("Regret stays small with a profile that is 15 % off, noise and spikes", "[learner][regret]") {
  std::vector<double> regrets;
  for (unsigned seed = 0; seed < 6; ++seed)
    for (auto const& on : simulated_machines()) {
      std::mt19937_64 random(seed);
      auto const believed = mismeasured(on.truth, 0.15, random);
      for (int log_n = 8; log_n <= 26; ++log_n)
        for (double const work : {1.0, 30.0, 1000.0})
          for (bool const resident : {false, true}) {
            learner learned;
            for (int i = 0; i < 20; ++i)
              regrets.push_back(call(on, believed, simulated_map(std::size_t{1} << log_n, work, resident), learned, random).regret);
          }
    }
  auto const seen = summarise(std::move(regrets));
  CAPTURE(seen.geomean, seen.p99, seen.worst);
  CHECK(seen.geomean <= 1.05);
  CHECK(seen.p99 <= 1.25);
  CHECK(seen.worst <= 2);
}

TEST_CASE("A device that slows three times is left, and found again when it recovers", "[learner][drift]") {
  auto on = simulated_machines()[4];
  std::mt19937_64 random(7);
  learner learned;
  auto const asked = simulated_map(1 << 22, 50, false); // the GPU wins by less than three times
  auto const times = true_times_us(on, asked);
  REQUIRE(times[2] * 3 > times[1]);
  REQUIRE(times[2] * 1.15 < times[1]);
  for (int i = 0; i < 20; ++i)
    REQUIRE(call(on, on.truth, asked, learned, random).choice == 2);
  on.device_slowdown = 3;
  for (int i = 0; i < 8; ++i)
    call(on, on.truth, asked, learned, random);
  int still_there = 0;
  for (int i = 0; i < 400; ++i)
    still_there += call(on, on.truth, asked, learned, random).choice == 2;
  REQUIRE(still_there <= 8); // probes only
  on.device_slowdown = 1;
  int calls_until_back = 0;
  while (calls_until_back < 40000) {
    auto const now = call(on, on.truth, asked, learned, random);
    ++calls_until_back;
    if (now.choice == 2 && !now.probe)
      break;
  }
  CAPTURE(calls_until_back);
  REQUIRE(calls_until_back < 20000);
}

TEST_CASE("Near the crossover the choice does not flip from call to call", "[learner][oscillation]") {
  auto const on = simulated_machines()[4];
  auto const n = decide(simulated_map(1 << 20, 300, false), on.state, on.truth).crossover_n;
  REQUIRE(n != 0);
  for (unsigned seed = 0; seed < 8; ++seed) {
    std::mt19937_64 random(seed);
    learner learned;
    int switches = 0;
    int before = -1;
    for (int i = 0; i < 1000; ++i) {
      auto const now = call(on, on.truth, simulated_map(n, 300, false), learned, random);
      if (!now.probe) {
        switches += before >= 0 && now.choice != before;
        before = now.choice;
      }
    }
    CAPTURE(seed, switches);
    REQUIRE(switches <= 60);
  }
}
