// A sort in place, in every way.
#pragma once

#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/sort.hpp>

namespace tandem_bench {

/// What the jobs that change their input have in common.
template <class T>
class in_place_data {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = true;

  in_place_data(std::vector<T> original, bool arrays)
      : original_(std::move(original)), data_(original_), has_arrays_(arrays) {
    fresh_arrays();
  }

  void fresh_arrays() {
    if (has_arrays_) {
      array_ = tandem::array<T>(original_);
    }
  }
  void restore() { data_ = original_; }
  void look() const { keep(array_.host()[0]); }
  std::vector<std::byte> result() const { return bytes_of(std::span<T const>(data_)); }
  std::vector<std::byte> result_of_arrays() const { return bytes_of(array_.host()); }

 protected:
  std::vector<T>& data() { return data_; }
  tandem::array<T>& device_data() { return array_; }

 private:
  std::vector<T> original_;
  std::vector<T> data_;
  tandem::array<T> array_;
  bool has_arrays_;
};

} // namespace tandem_bench
