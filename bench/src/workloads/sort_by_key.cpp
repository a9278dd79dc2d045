#include "sort_trial.hpp"

#include <numeric>

namespace tandem_bench {
namespace {

class sort_by_key_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = true;

  sort_by_key_job(std::size_t n, bool arrays) : original_(some_integers(n, 1)), has_arrays_(arrays) {
    restore();
    fresh_arrays();
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    tandem::parallel_sort_by_key(policy, keys_, values_);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    tandem::parallel_sort_by_key(policy, array_keys_, array_values_);
  }
  void restore() {
    keys_ = original_;
    values_.resize(keys_.size());
    std::iota(values_.begin(), values_.end(), 0U);
  }
  void fresh_arrays() {
    if (has_arrays_) {
      array_keys_ = tandem::array<std::uint32_t>(original_);
      std::vector<std::uint32_t> positions(original_.size());
      std::iota(positions.begin(), positions.end(), 0U);
      array_values_ = tandem::array<std::uint32_t>(positions);
    }
  }
  void look() { keep(array_values_.host()[0]); }
  std::vector<std::byte> result() const {
    return bytes_of(std::span<std::uint32_t const>(keys_), std::span<std::uint32_t const>(values_));
  }
  std::vector<std::byte> result_of_arrays() const {
    return bytes_of(array_keys_.host(), array_values_.host());
  }

 private:
  std::vector<std::uint32_t> original_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> values_;
  tandem::array<std::uint32_t> array_keys_;
  tandem::array<std::uint32_t> array_values_;
  bool has_arrays_;
};

} // namespace

workload sort_by_key() {
  return {"sort_by_key", "Sort by key", "32-bit keys and values, stable", 16, prepare_job<sort_by_key_job>()};
}

} // namespace tandem_bench
