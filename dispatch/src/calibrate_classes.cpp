#include "class_costs.hpp"
#include "measure.hpp"

#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/histogram.hpp>
#include <tandem/cpu/reduce_by_key.hpp>
#include <tandem/cpu/scan.hpp>
#include <tandem/cpu/sort.hpp>
#include <tandem/functional.hpp>

#include <cstdint>
#include <cstring>
#include <vector>

namespace tandem::detail {
namespace {

constexpr std::size_t sample_size = 1 << 15; // 128 KiB of keys: in the second-level cache of most machines
constexpr std::size_t bins = 256;

/// The data of the samples; random, since sorts notice order.
class class_samples {
 public:
  class_samples()
      : keys_(sample_size), sorted_(sample_size), values_(sample_size), results_(sample_size), counts_(bins) {
    std::uint32_t state = 12345; // a linear congruential generator (Numerical Recipes)
    for (auto& key : keys_)
      key = state = state * 1664525u + 1013904223u;
    for (std::size_t i = 0; i < sample_size; ++i)
      values_[i] = static_cast<float>(keys_[i] >> 8) * 0x1p-24f;
  }

  void scan() { cpu::inclusive_scan({}, sample_size, values_.data(), results_.data(), plus{}); }
  void filter() {
    kept_ = cpu::filter({}, sample_size, values_.data(), results_.data(), [](float x) { return x < 0.5f; });
  }
  void histogram() {
    kept_ = cpu::histogram({}, sample_size, keys_.data(), bins, counts_.data(),
                           [](std::uint32_t x) { return x >> 24; });
  }
  void sort() {
    std::memcpy(sorted_.data(), keys_.data(), sample_size * sizeof(std::uint32_t));
    cpu::sort({}, sorted_.data(), sample_size, less{});
  }
  void comparison_sort() {
    std::memcpy(sorted_.data(), keys_.data(), sample_size * sizeof(std::uint32_t));
    cpu::sort({}, sorted_.data(), sample_size,
              [](std::uint32_t a, std::uint32_t b) { return (a ^ 1u) < (b ^ 1u); });
  }
  void by_key() {
    kept_ = cpu::reduce_by_key(
        {}, sample_size, keys_.data(), values_.data(), sorted_.data(), results_.data(),
        [](std::uint32_t a, std::uint32_t b) { return a >> 30 == b >> 30; },
        [](float a, float b) { return a + b; });
  }

 private:
  std::vector<std::uint32_t> keys_, sorted_;
  std::vector<float> values_, results_;
  std::vector<std::uint64_t> counts_;
  std::size_t kept_ = 0;
};

} // namespace

class_factors measure_cpu_classes(cpu_profile const& measured, double budget_s, progress& shown) {
  struct sampled {
    algorithm kind;
    void (class_samples::*run)();
  };
  constexpr sampled all[] = {{algorithm::scan, &class_samples::scan},
                             {algorithm::filter, &class_samples::filter},
                             {algorithm::histogram, &class_samples::histogram},
                             {algorithm::radix_sort, &class_samples::sort},
                             {algorithm::comparison_sort, &class_samples::comparison_sort},
                             {algorithm::by_key, &class_samples::by_key}};
  class_samples data;
  auto factors = as_modelled;
  for (auto const& [kind, run] : all) {
    if (shown.stopped())
      break;
    shown.say(name_of(kind));
    auto const us = median_us(budget_s / std::size(all), [&, step = run] { (data.*step)(); });
    request const asked{.kind = kind, .n = sample_size, .written_bytes = 4.0 * sample_size};
    auto const modelled_us = operations_of(asked, cpu_cost(asked)) * measured.ns_per_operation / 1e3;
    factors[static_cast<std::size_t>(kind)] = believable_factor(us, modelled_us);
  }
  return factors;
}

} // namespace tandem::detail
