#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/functional.hpp>
#include <tandem/reduce_by_key.hpp>

#include <cstdint>

namespace tandem_bench {
namespace {

class reduce_by_key_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  reduce_by_key_job(std::size_t n, bool arrays)
      : keys_(n), values_(some_floats(n, 1)), keys_out_(n), totals_(n) {
    for (std::size_t i = 0; i < n; ++i) {
      keys_[i] = static_cast<std::uint32_t>(i / 10);
    }
    if (arrays) {
      fresh_arrays();
      array_keys_out_ = tandem::array<std::uint32_t>::for_overwrite(n);
      array_totals_ = tandem::array<float>::for_overwrite(n);
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    runs_ = tandem::parallel_reduce_by_key(policy, keys_, values_, keys_out_, totals_, tandem::plus{});
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    runs_ = tandem::parallel_reduce_by_key(policy, array_keys_, array_values_, array_keys_out_, array_totals_,
                                           tandem::plus{});
  }
  void fresh_arrays() {
    array_keys_ = tandem::array<std::uint32_t>(keys_);
    array_values_ = tandem::array<float>(values_);
  }
  void look() { keep(array_totals_.host()[0]); }
  std::vector<std::byte> result() const {
    return bytes_of(std::span<std::uint32_t const>(keys_out_.data(), runs_),
                    std::span<float const>(totals_.data(), runs_));
  }
  std::vector<std::byte> result_of_arrays() const {
    return bytes_of(array_keys_out_.host().first(runs_), array_totals_.host().first(runs_));
  }

 private:
  std::vector<std::uint32_t> keys_;
  std::vector<float> values_;
  std::vector<std::uint32_t> keys_out_;
  std::vector<float> totals_;
  tandem::array<std::uint32_t> array_keys_;
  tandem::array<float> array_values_;
  tandem::array<std::uint32_t> array_keys_out_;
  tandem::array<float> array_totals_;
  std::size_t runs_ = 0;
};

} // namespace

workload reduce_by_key() {
  return {"reduce_by_key", "Sum by key", "runs of ten", 9, prepare_job<reduce_by_key_job>()};
}

} // namespace tandem_bench
