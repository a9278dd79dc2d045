#include "map_trial.hpp"

#include <tandem/math.hpp>

namespace tandem_bench {
namespace {

// One lambda type, and so one kernel and one call site, for each number of steps.
template <unsigned Steps>
std::pair<unsigned, workload> map_of_steps() {
  return {Steps,
          {"steps_" + std::to_string(Steps), std::to_string(Steps) + " steps", "x ← 3.9 x (1 − x)", 8,
           prepare_map<1>([](auto x) {
             return tandem::repeat(Steps, x, [](auto y) { return 3.9F * y * (1.0F - y); });
           })}};
}

} // namespace

std::vector<std::pair<unsigned, workload>> maps_by_steps() {
  return {map_of_steps<1>(),  map_of_steps<4>(),   map_of_steps<16>(),
          map_of_steps<64>(), map_of_steps<256>(), map_of_steps<1024>()};
}

} // namespace tandem_bench
