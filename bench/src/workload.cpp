#include "workload.hpp"

#include <random>

namespace tandem_bench {

std::vector<workload> all_workloads() {
  return {cheap_map(), medium_map(), costly_map(), sum(), three_input_map()};
}

std::vector<float> some_floats(std::size_t n, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<float> values(n);
  for (float& value : values) {
    value = 0.1F + 0.9F * static_cast<float>(random() % 65536U) / 65536.0F;
  }
  return values;
}

} // namespace tandem_bench
