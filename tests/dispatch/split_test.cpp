#include <simulated_machine.hpp>

#include <catch2/catch.hpp>

#include <learned_decision.hpp>

#include <algorithm>

using namespace tandem;
using namespace tandem::simulation;

namespace {

/// 16 cores, and a GPU about as fast as they are together.
simulated_machine balanced() {
  return simulated("balanced", 16, 100, {simulated_gpu("GPU", 10, 400, 6e-3, 50)});
}

request divisible(std::size_t n, double work) {
  auto asked = simulated_map(n, work, false);
  asked.divisible = true;
  return asked;
}

candidate const* split_in(decision const& made) {
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].where == backend::both)
      return &made.candidates[i];
  return nullptr;
}

double best_alone_us(decision const& made) {
  double best = HUGE_VAL;
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    if (made.candidates[i].possible && made.candidates[i].where != backend::both)
      best = std::min(best, made.candidates[i].total_us);
  return best;
}

} // namespace

TEST_CASE("A call that both sides would do in like times is split where they finish together",
          "[decision][split]") {
  auto const on = balanced();
  auto const made = decide(divisible(1 << 24, 200), on.state, on.truth);
  REQUIRE(made.where() == backend::both);
  auto const& way = made.chosen;
  REQUIRE(way.device_elements > 0);
  REQUIRE(way.device_elements < made.asked.n);
  REQUIRE(way.device_elements % 4096 == 0);
  REQUIRE(way.device_part_us == Approx(way.cpu_part_us).epsilon(0.02));
  REQUIRE(way.total_us * 1.15 < best_alone_us(made));
  double sum = 0;
  for (auto const part : way.microseconds)
    sum += static_cast<double>(part);
  REQUIRE(way.total_us == Approx(sum));
  auto const text = explain(made, on.truth);
  CHECK_THAT(text, Catch::Contains("CPU and GPU") && Catch::Contains("split: the device takes the first") &&
                       Catch::Contains("merge"));
}

TEST_CASE("A split that gains less than 15 % is not made", "[decision][split]") {
  for (auto const& on : simulated_machines())
    for (std::size_t n = 1; n <= (std::size_t{1} << 28); n *= 4)
      for (double const work : {1.0, 50.0, 2000.0}) {
        CAPTURE(on.name, n, work);
        auto const made = decide(divisible(n, work), on.state, on.truth);
        if (made.where() == backend::both)
          REQUIRE(made.chosen.total_us * 1.15 < best_alone_us(made));
        else if (auto const* const split = split_in(made); split != nullptr)
          REQUIRE(split->why == reason::no_gain);
      }
}

TEST_CASE("What cannot be divided is not split", "[decision][split]") {
  auto const on = balanced();
  auto asked = divisible(1 << 24, 200);
  asked.divisible = false;
  REQUIRE(decide(asked, on.state, on.truth).where() != backend::both);
  auto const refused = [&](request wanted, machine const& state) {
    wanted.both_wanted = true;
    auto const made = decide(wanted, state, on.truth);
    REQUIRE(made.where() != backend::both);
    return made.why;
  };
  REQUIRE(refused(asked, on.state) == reason::indivisible);
  REQUIRE(refused(divisible(8191, 200), on.state) == reason::indivisible);
  auto state = on.state;
  state.devices[0].failed = true;
  REQUIRE(refused(divisible(1 << 24, 200), state) == reason::device_failed);
  asked = divisible(1 << 24, 200);
  asked.device_kernel[0] = kernel_state::unusable;
  REQUIRE(refused(asked, on.state) == reason::unsupported_kernel);
  auto without = on;
  without.state.devices.clear();
  without.truth.devices.clear();
  auto wanted = divisible(1 << 24, 200);
  wanted.both_wanted = true;
  REQUIRE(decide(wanted, without.state, without.truth).why == reason::no_device);
}

TEST_CASE("A split that was asked for is made even where it gains nothing", "[decision][split]") {
  auto const slow_gpu = simulated_machines()[5];
  auto asked = divisible(1 << 20, 1);
  REQUIRE(decide(asked, slow_gpu.state, slow_gpu.truth).where() != backend::both);
  asked.both_wanted = true;
  asked.kernel = kernel_state::compiling; // it is waited for
  auto const made = decide(asked, slow_gpu.state, slow_gpu.truth);
  REQUIRE(made.where() == backend::both);
  REQUIRE(made.why == reason::forced);
  REQUIRE(made.chosen.device_elements >= 4096);
}

TEST_CASE("Splits learn how each side fares beside the other", "[learner][split]") {
  auto const on = balanced();
  detail::learner learned;
  int const site = 0;
  auto const decided = [&] {
    return detail::decide_learned(divisible(1 << 24, 200), on.state, on.truth, learned, &site);
  };
  auto const before = decided();
  REQUIRE(before.where() == backend::both);
  // The CPU turns out three times as slow while the device has a part: it shares its memory, say.
  for (int i = 0; i < 6; ++i) {
    auto const made = decided();
    if (made.where() == backend::both)
      detail::observe_split(made, learned, &site,
                            static_cast<double>(made.chosen.device_part_us) /
                                static_cast<double>(made.asked.device_beside[0]),
                            3.0 * static_cast<double>(made.chosen.cpu_part_us) /
                                static_cast<double>(made.asked.beside_device[0]));
  }
  auto wanted = divisible(1 << 24, 200);
  wanted.both_wanted = true;
  auto const after = detail::decide_learned(wanted, on.state, on.truth, learned, &site);
  REQUIRE(after.where() == backend::both);
  REQUIRE(after.chosen.device_elements > before.chosen.device_elements);
}

TEST_CASE("Of several devices each has its own queue, kernels and data", "[decision][devices]") {
  auto const one = simulated_gpu("one", 10, 1000, 1e-4, 20);
  auto const on = simulated("twins", 4, 20, {one, one});
  auto asked = simulated_map(1 << 22, 1000, true);
  auto const chosen = [&](request const& wanted) {
    auto const made = decide(wanted, on.state, on.truth);
    REQUIRE(made.where() == backend::gpu);
    return made.chosen.device;
  };
  REQUIRE(chosen(asked) == 0);
  asked.device_queue_us[0] = 5000;
  REQUIRE(chosen(asked) == 1);
  asked.device_queue_us[0] = 0;
  asked.device_kernel[0] = kernel_state::compiling;
  REQUIRE(chosen(asked) == 1);
  asked.device_kernel[0] = kernel_state::unknown;
  asked.device_moved_bytes[0] = 1e9f; // it lives on the other one
  REQUIRE(chosen(asked) == 1);
}

TEST_CASE("The CPU pays for fetching what is on a device only", "[decision][devices]") {
  auto const on = simulated_machines()[4];
  auto asked = simulated_map(1 << 18, 1, true);
  auto const before = decide(asked, on.state, on.truth);
  asked.fetched_bytes = 4.0 * (1 << 18);
  auto const after = decide(asked, on.state, on.truth);
  for (std::size_t const i : {0u, 1u})
    REQUIRE(after.candidates[i].total_us > before.candidates[i].total_us + 10);
}
