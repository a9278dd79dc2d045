#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/functional.hpp>
#include <tandem/reduce.hpp>

namespace tandem_bench {
namespace {

class sum_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  sum_job(std::size_t n, bool arrays) : in_(some_floats(n, 1)) {
    if (arrays) {
      fresh_arrays();
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    total_ = tandem::parallel_reduce(policy, in_, 0.0F, tandem::plus{});
    keep(total_);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    total_ = tandem::parallel_reduce(policy, array_in_, 0.0F, tandem::plus{});
    keep(total_);
  }
  void fresh_arrays() { array_in_ = tandem::array<float>(in_); }
  void look() {}
  std::vector<std::byte> result() const { return bytes_of(std::span<float const>(&total_, 1)); }
  std::vector<std::byte> result_of_arrays() const { return result(); }

 private:
  std::vector<float> in_;
  tandem::array<float> array_in_;
  float total_ = 0.0F;
};

} // namespace

workload sum() {
  return {"sum", "Sum", "x₀ + x₁ + …", 4, prepare_job<sum_job>()};
}

} // namespace tandem_bench
