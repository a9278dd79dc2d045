// A map from some float inputs to a float output, in every way.
#pragma once

#include "job_trial.hpp"

#include <tandem/array.hpp>
#include <tandem/map.hpp>

#include <array>
#include <utility>

namespace tandem_bench {

/// F is the type of a lambda without captures.
template <std::size_t Inputs, class F>
class map_job {
 public:
  static constexpr bool has_gpu = true;
  static constexpr bool in_place = false;

  map_job(std::size_t n, bool arrays) : out_(n) {
    for (std::size_t i = 0; i < Inputs; ++i) {
      in_[i] = some_floats(n, static_cast<unsigned>(i + 1));
    }
    if (arrays) {
      fresh_arrays();
      array_out_ = tandem::array<float>::for_overwrite(n);
    }
  }

  template <class Policy>
  void on_host(Policy const& policy) {
    map(policy, in_, out_);
  }
  template <class Policy>
  void on_arrays(Policy const& policy) {
    map(policy, array_in_, array_out_);
  }
  void fresh_arrays() {
    for (std::size_t i = 0; i < Inputs; ++i) {
      array_in_[i] = tandem::array<float>(in_[i]);
    }
  }
  void look() { keep(array_out_.host()[0]); }
  std::vector<std::byte> result() const { return bytes_of(std::span<float const>(out_)); }
  std::vector<std::byte> result_of_arrays() const { return bytes_of(array_out_.host()); }

 private:
  template <class Policy, class In, class Out>
  static void map(Policy const& policy, In const& in, Out& out) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      tandem::parallel_map(policy, in[I]..., out, F{});
    }
    (std::make_index_sequence<Inputs>{});
  }

  std::array<std::vector<float>, Inputs> in_;
  std::vector<float> out_;
  std::array<tandem::array<float>, Inputs> array_in_;
  tandem::array<float> array_out_;
};

template <std::size_t Inputs, class F>
auto prepare_map(F) {
  return prepare_job<map_job<Inputs, F>>();
}

} // namespace tandem_bench
