#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/functional.hpp>
#include <tandem/scan.hpp>

namespace tandem_bench {
namespace {

class scan_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  scan_job(std::size_t n, bool arrays) : in_(some_floats(n, 1)), out_(n) {
    if (arrays) {
      fresh_arrays();
      array_out_ = tandem::array<float>::for_overwrite(n);
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    tandem::parallel_inclusive_scan(policy, in_, out_, tandem::plus{});
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    tandem::parallel_inclusive_scan(policy, array_in_, array_out_, tandem::plus{});
  }
  void fresh_arrays() { array_in_ = tandem::array<float>(in_); }
  void look() { keep(array_out_.host()[0]); }
  std::vector<std::byte> result() const { return bytes_of(std::span<float const>(out_)); }
  std::vector<std::byte> result_of_arrays() const { return bytes_of(array_out_.host()); }

 private:
  std::vector<float> in_;
  std::vector<float> out_;
  tandem::array<float> array_in_;
  tandem::array<float> array_out_;
};

} // namespace

workload scan() {
  return {"scan", "Running sum", "x₀, x₀ + x₁, …", 8, prepare_job<scan_job>()};
}

} // namespace tandem_bench
