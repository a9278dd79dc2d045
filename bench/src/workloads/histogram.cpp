#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/histogram.hpp>

#include <array>
#include <cstdint>

namespace tandem_bench {
namespace {

class histogram_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  histogram_job(std::size_t n, bool arrays) : in_(some_integers(n, 1)) {
    if (arrays) {
      fresh_arrays();
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    count(policy, in_);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    count(policy, array_in_);
  }
  void fresh_arrays() { array_in_ = tandem::array<std::uint32_t>(in_); }
  void look() {}
  std::vector<std::byte> result() const { return bytes_of(std::span<std::uint64_t const>(counts_)); }
  std::vector<std::byte> result_of_arrays() const { return result(); }

 private:
  template <class Policy, class In>
  void count(Policy const& policy, In const& in) {
    counts_.fill(0);
    tandem::parallel_histogram(policy, in, counts_, [](auto x) { return x >> 24U; });
  }

  std::vector<std::uint32_t> in_;
  tandem::array<std::uint32_t> array_in_;
  std::array<std::uint64_t, 256> counts_{};
};

} // namespace

workload histogram() {
  return {"histogram", "Histogram", "256 bins", 4, prepare_job<histogram_job>()};
}

} // namespace tandem_bench
