// Profiles that are not a little off but wrong, as a busy machine or another one would have measured them.
#include <catch2/catch.hpp>

#include <simulated_machine.hpp>

#include <algorithm>
#include <utility>
#include <vector>

using namespace tandem;
using namespace tandem::simulation;
using tandem::detail::learner;

namespace {

/// One way in which a profile is wrong.
struct mistake {
  char const* name;
  void (*make)(profile& known);
};

void slow_down_memory(profile& known, double serial, double parallel) {
  for (auto& sample : known.cpu.bandwidth) {
    sample.gb_per_s_serial /= serial;
    sample.gb_per_s_parallel /= parallel;
  }
}

void slow_down_devices(profile& known, double factor) {
  for (auto& device : known.devices) {
    device.submit_us *= factor;
    device.minimum_kernel_us *= factor;
    device.ns_per_operation *= factor;
    device.gb_per_s /= factor;
    for (auto* curve : {&device.upload, &device.download})
      for (auto& sample : *curve)
        sample.microseconds *= factor;
  }
}

constexpr mistake mistakes[] = {
    {"all threads move a tenth of what they do", [](profile& known) { slow_down_memory(known, 1, 10); }},
    {"all threads move ten times what they do", [](profile& known) { slow_down_memory(known, 1, 0.1); }},
    {"threads start ten times too late and hardly help",
     [](profile& known) {
       known.cpu.fork_us *= 10;
       known.cpu.parallel_efficiency = 0.05;
     }},
    {"threads start in no time", [](profile& known) { known.cpu.fork_us /= 10; }},
    {"one thread moves a tenth of what it does", [](profile& known) { slow_down_memory(known, 10, 1); }},
    {"one thread moves ten times what it does", [](profile& known) { slow_down_memory(known, 0.1, 1); }},
    {"the CPU computes ten times too slowly", [](profile& known) { known.cpu.ns_per_operation *= 10; }},
    {"the CPU computes ten times too fast", [](profile& known) { known.cpu.ns_per_operation /= 10; }},
    {"the devices are ten times too slow", [](profile& known) { slow_down_devices(known, 10); }},
    {"the devices are ten times too fast", [](profile& known) { slow_down_devices(known, 0.1); }}};

constexpr int calls_to_learn = 1000;
constexpr int calls_to_judge = 400; // probes included

/// Regrets of the calls after so many, over sizes, work and residency, each learned from nothing.
std::vector<double> regrets_after(int calls, simulated_machine const& on, profile const& believed,
                                  algorithm kind) {
  std::vector<double> regrets;
  int const site = 0;
  std::mt19937_64 random(17);
  for (int log_n = 8; log_n <= 26; log_n += 3)
    for (double const work : {1.0, 100.0})
      for (bool const resident : {false, true}) {
        learner learned;
        auto const asked = simulated_request(kind, std::size_t{1} << log_n, work, resident);
        for (int i = 0; i < calls + calls_to_judge; ++i)
          if (auto const now = simulate_call(on, believed, asked, learned, &site, random); i >= calls)
            regrets.push_back(now.regret);
      }
  return regrets;
}

} // namespace

TEST_CASE("A profile that is ten times off is found out by a bounded number of calls",
          "[simulated][regret]") {
  for (auto const& [name, make] : mistakes) {
    std::vector<double> regrets;
    for (auto const& on : simulated_machines())
      for (auto const kind : {algorithm::map, algorithm::radix_sort}) {
        auto believed = on.truth;
        make(believed);
        auto const here = regrets_after(calls_to_learn, on, believed, kind);
        regrets.insert(regrets.end(), here.begin(), here.end());
      }
    auto const seen = summarise(std::move(regrets));
    CAPTURE(name, seen.calls, seen.geomean, seen.p99, seen.worst);
    CHECK(seen.geomean <= 1.05);
    CHECK(seen.p99 <= 1.25);
  }
}

TEST_CASE("All threads together are never predicted to move less than one of them", "[decision]") {
  auto on = simulated_machines().front();
  auto const asked = simulated_map(1 << 24, 1, false);
  auto const right = decide(asked, on.state, on.truth);
  REQUIRE(right.where() == backend::parallel);
  slow_down_memory(on.truth, 1, 10); // measured while a neighbour was busy
  auto const wrong = decide(asked, on.state, on.truth);
  REQUIRE(wrong.candidates[1].total_us <= wrong.candidates[0].total_us + 1.01 * on.truth.cpu.fork_us);
}
