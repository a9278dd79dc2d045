#include "sort_trial.hpp"

namespace tandem_bench {
namespace {

// Stable, since only then is the result unique.
class comparator_sort_job : public in_place_data<float> {
 public:
  static constexpr bool has_gpu = false; // hides the base's

  comparator_sort_job(std::size_t n, bool arrays) : in_place_data(some_floats(n, 1), arrays) {}

  template <class Policy>
  void on_host(Policy const& policy) {
    tandem::parallel_stable_sort(policy, data(), nearer);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    tandem::parallel_stable_sort(policy, device_data(), nearer);
  }

 private:
  static constexpr auto nearer = [](auto a, auto b) {
    return (a - 0.5F) * (a - 0.5F) < (b - 0.5F) * (b - 0.5F);
  };
};

} // namespace

workload comparator_sort() {
  return {"comparator_sort", "Sort by comparator", "by distance from 0.5, stable", 8,
          prepare_job<comparator_sort_job>()};
}

} // namespace tandem_bench
