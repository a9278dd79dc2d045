#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/filter.hpp>

namespace tandem_bench {
namespace {

class filter_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  filter_job(std::size_t n, bool arrays) : in_(some_floats(n, 1)), out_(n) {
    if (arrays) {
      fresh_arrays();
      array_out_ = tandem::array<float>::for_overwrite(n);
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    kept_ = tandem::parallel_filter(policy, in_, out_, small);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    kept_ = tandem::parallel_filter(policy, array_in_, array_out_, small);
  }
  void fresh_arrays() { array_in_ = tandem::array<float>(in_); }
  void look() { keep(array_out_.host()[0]); }
  std::vector<std::byte> result() const { return bytes_of(std::span<float const>(out_.data(), kept_)); }
  std::vector<std::byte> result_of_arrays() const { return bytes_of(array_out_.host().first(kept_)); }

 private:
  static constexpr auto small = [](auto x) { return x < 0.55F; };

  std::vector<float> in_;
  std::vector<float> out_;
  tandem::array<float> array_in_;
  tandem::array<float> array_out_;
  std::size_t kept_ = 0;
};

} // namespace

workload filter() {
  return {"filter", "Filter", "x < 0.55, half are kept", 6, prepare_job<filter_job>()};
}

} // namespace tandem_bench
