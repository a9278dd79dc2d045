#include "workload.hpp"

#include <random>

namespace tandem_bench {

std::vector<workload> all_workloads() {
  return {cheap_map(), medium_map(), costly_map(),  three_input_map(), sum(),          scan(), filter(),
          histogram(), sort(),       sort_by_key(), comparator_sort(), reduce_by_key()};
}

std::vector<workload> quick_workloads() {
  return {cheap_map(), medium_map(), costly_map(), three_input_map(), sum(), scan(), filter(), sort()};
}

std::vector<float> some_floats(std::size_t n, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<float> values(n);
  for (float& value : values) {
    value = 0.1F + 0.9F * static_cast<float>(random() % 65536U) / 65536.0F;
  }
  return values;
}

std::vector<std::uint32_t> some_integers(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> values(n);
  for (std::uint32_t& value : values) {
    value = static_cast<std::uint32_t>(random());
  }
  return values;
}

} // namespace tandem_bench
