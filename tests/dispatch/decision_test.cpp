#include <catch2/catch.hpp>

#include <simulated_machine.hpp>

#include <cmath>
#include <string>

using namespace tandem;

namespace {

using tandem::simulation::simulated_machines;

request map_of(std::size_t n, double work, bool resident) {
  return tandem::simulation::simulated_map(n, work, resident);
}

} // namespace

TEST_CASE("decide() is the minimum of its own predictions, up to hysteresis", "[decision]") {
  for (auto const& m : simulated_machines())
    for (std::size_t n = 1; n <= (std::size_t{1} << 30); n *= 4)
      for (double const work : {1.0, 50.0, 5000.0})
        for (bool const resident : {false, true}) {
          CAPTURE(m.name, n, work, resident);
          auto const made = decide(map_of(n, work, resident), m.state, m.truth);
          REQUIRE(made.chosen.possible);
          for (std::size_t i = 0; i < made.candidate_count; ++i)
            if (made.candidates[i].possible)
              REQUIRE(made.chosen.total_us <= made.candidates[i].total_us * 1.15 * (1 + 1e-9));
          double sum = 0;
          for (auto const part : made.chosen.microseconds) {
            REQUIRE(part >= 0); // nothing was learned, so no negative correction
            sum += static_cast<double>(part);
          }
          REQUIRE(made.chosen.total_us == Approx(sum));
        }
}

TEST_CASE("decide() is pure", "[decision]") {
  for (auto const& m : simulated_machines()) {
    auto const a = decide(map_of(1 << 20, 20, false), m.state, m.truth);
    auto const b = decide(map_of(1 << 20, 20, false), m.state, m.truth);
    REQUIRE(explain(a, m.truth) == explain(b, m.truth));
  }
}

TEST_CASE("Predicted times grow with n", "[decision]") {
  for (auto const& m : simulated_machines()) {
    double before = 0;
    for (std::size_t n = 1; n <= (std::size_t{1} << 32); n *= 2) {
      auto const made = decide_quickly(map_of(n, 10, false), m.state, m.truth);
      CAPTURE(m.name, n);
      REQUIRE(made.chosen.total_us >= before * 0.87); // a switch may lose at most the hysteresis
      before = made.chosen.total_us;
    }
  }
}

TEST_CASE("Small calls stay a plain loop on every machine", "[decision]") {
  for (auto const& m : simulated_machines())
    for (std::size_t const n : {0u, 1u, 100u, 1000u}) {
      CAPTURE(m.name, n);
      REQUIRE(decide(map_of(n, 1, true), m.state, m.truth).where() == backend::serial);
    }
}

TEST_CASE("A fast GPU takes costly and resident work; a slow one takes nothing", "[decision]") {
  auto const all = simulated_machines();
  auto const h200 = all[4];
  REQUIRE(decide(map_of(1 << 26, 1, true), h200.state, h200.truth).where() == backend::gpu);
  REQUIRE(decide(map_of(1 << 22, 5000, false), h200.state, h200.truth).where() == backend::gpu);
  auto const slow_bus = all[3];
  REQUIRE(decide(map_of(1 << 24, 1, false), slow_bus.state, slow_bus.truth).where() == backend::parallel);
  REQUIRE(decide(map_of(1 << 24, 1, true), slow_bus.state, slow_bus.truth).where() == backend::gpu);
  auto const slow_gpu = all[5];
  for (std::size_t n = 1; n <= (std::size_t{1} << 30); n *= 8)
    REQUIRE(decide(map_of(n, 100, true), slow_gpu.state, slow_gpu.truth).where() != backend::gpu);
}

TEST_CASE("The crossover is where the choice changes", "[decision]") {
  auto const m = simulated_machines()[4];
  auto const asked = map_of(1 << 20, 500, false);
  auto const n = decide(asked, m.state, m.truth).crossover_n;
  REQUIRE(n > 0);
  REQUIRE(decide(map_of(n * 2, 500, false), m.state, m.truth).where() == backend::gpu);
  REQUIRE(decide(map_of(n / 2, 500, false), m.state, m.truth).where() != backend::gpu);
  auto const none = simulated_machines()[0];
  REQUIRE(decide(asked, none.state, none.truth).crossover_n == 0);
}

TEST_CASE("What a GPU cannot run is refused with its reason", "[decision]") {
  auto const m = simulated_machines()[4];
  auto const refused = [&](auto change) {
    auto asked = map_of(1 << 26, 1000, false);
    auto state = m.state;
    change(asked, state);
    auto const made = decide(asked, state, m.truth);
    REQUIRE(made.where() != backend::gpu);
    for (std::size_t i = 0; i < made.candidate_count; ++i)
      if (made.candidates[i].where == backend::gpu)
        return made.candidates[i].why;
    return reason::fastest;
  };
  REQUIRE(refused([](request& r, machine&) { r.traceable = false; }) == reason::cpu_lambda);
  REQUIRE(refused([](request& r, machine&) { r.device_types = false; }) == reason::host_element_type);
  REQUIRE(refused([](request& r, machine&) { r.gpu_algorithm = false; }) == reason::no_gpu_algorithm);
  REQUIRE(refused([](request& r, machine&) { r.kernel = kernel_state::compiling; }) ==
          reason::kernel_compiling);
  REQUIRE(refused([](request& r, machine&) { r.cpu_only = true; }) == reason::forced);
  REQUIRE(refused([](request& r, machine& s) { r.needs_float64 = true, s.devices[0].has_float64 = false; }) ==
          reason::missing_feature);
  REQUIRE(refused([](request&, machine& s) { s.devices[0].admitted = false; }) == reason::no_device);
  REQUIRE(refused([](request&, machine& s) { s.devices[0].failed = true; }) == reason::device_failed);
}

TEST_CASE("A device that automatic leaves alone is predicted where it was asked for", "[decision]") {
  auto m = simulated_machines()[4];
  auto asked = map_of(1 << 22, 200, true);
  m.state.devices[0].admitted = false;
  REQUIRE_THAT(explain(decide(asked, m.state, m.truth), m.truth),
               Catch::Contains("not possible: there is no GPU that may be used without being asked for"));
  asked.gpu_only = true;
  auto made = decide(asked, m.state, m.truth);
  REQUIRE_THAT(explain(made, m.truth), !Catch::Contains("not possible"));
  made.why = reason::forced; // one that failed lately, say: used all the same
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == backend::gpu) {
      made.candidates[i].possible = false;
      made.chosen = made.candidates[i];
    }
  REQUIRE_THAT(explain(made, m.truth),
               Catch::Contains("asked for; its time was not predicted") && !Catch::Contains("margin"));
}

TEST_CASE("A kernel that has to be built costs what building takes, as seen in this process if it was",
          "[decision]") {
  auto const m = simulated_machines()[4];
  auto asked = map_of(1 << 22, 200, true);
  auto const compile_us = [&] {
    auto const made = decide(asked, m.state, m.truth);
    for (std::size_t i = 0; i < made.candidate_count; ++i)
      if (made.candidates[i].where == backend::gpu)
        return static_cast<double>(made.candidates[i].microseconds[static_cast<std::size_t>(term::compile)]);
    return -1.0;
  };
  REQUIRE(compile_us() == 0);
  asked.kernel = kernel_state::compiling;
  REQUIRE(compile_us() == Approx(m.truth.devices[0].compile_us));
  asked.device_compile_us[0] = 74000;
  REQUIRE(compile_us() == 74000);
  REQUIRE_THAT(explain(decide(asked, m.state, m.truth), m.truth),
               Catch::Contains("being compiled in the background, which takes about 74.00 ms"));
  asked.gpu_only = true; // waits for it
  auto const made = decide(asked, m.state, m.truth);
  REQUIRE_THAT(explain(made, m.truth), Catch::Contains("74.00 ms compile"));
  asked.kernel = kernel_state::ready;
  REQUIRE(compile_us() == 0);
}

TEST_CASE("Queued work delays a GPU", "[decision]") {
  auto m = simulated_machines()[4];
  auto const asked = map_of(1 << 22, 200, true);
  REQUIRE(decide(asked, m.state, m.truth).where() == backend::gpu);
  m.state.devices[0].queued_us = 1e6;
  REQUIRE(decide(asked, m.state, m.truth).where() == backend::parallel);
}

TEST_CASE("decide() rejects a profile of another machine", "[decision]") {
  auto m = simulated_machines()[4];
  m.truth.devices.clear();
  REQUIRE_THROWS_AS(decide(map_of(10, 1, false), m.state, m.truth), std::invalid_argument);
  REQUIRE_THROWS_WITH(decide(map_of(10, 1, false), m.state, m.truth),
                      Catch::Contains("1 devices") && Catch::Contains("0"));
}

TEST_CASE("explain() names every candidate, its terms and the crossover", "[decision]") {
  auto const m = simulated_machines()[4];
  auto const text = explain(decide(map_of(1 << 24, 50, false), m.state, m.truth), m.truth);
  for (auto const* part : {"map of 16,777,216 elements", "CPU, one thread", "CPU, all threads", "H200",
                           "upload", "download", "kernel", "submit", "crossover here \u2248",
                           "assumed, not calibrated yet", "margin", "operations an element"}) {
    CAPTURE(text, part);
    REQUIRE(text.find(part) != std::string::npos);
  }
}
