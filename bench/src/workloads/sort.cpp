#include "sort_trial.hpp"

namespace tandem_bench {
namespace {

class sort_job : public in_place_data<std::uint32_t> {
 public:
  sort_job(std::size_t n, bool arrays) : in_place_data(some_integers(n, 1), arrays) {}

  template <class Policy>
  void on_host(Policy const& policy) {
    tandem::parallel_sort(policy, data());
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    tandem::parallel_sort(policy, device_data());
  }
};

} // namespace

workload sort() {
  return {"sort", "Sort", "random 32-bit keys", 8, prepare_job<sort_job>()};
}

} // namespace tandem_bench
