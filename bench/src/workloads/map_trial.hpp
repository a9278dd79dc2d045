// A map from some float inputs to a float output, in every way.
#pragma once

#include "workload.hpp"

#include <tandem/array.hpp>
#include <tandem/map.hpp>

#include <array>
#include <cstring>
#include <utility>

namespace tandem_bench {

template <std::size_t Inputs, class F>
class map_trial final : public trial {
 public:
  map_trial(runtimes const& where, std::size_t n, F f) : where_(where), f_(f), out_(n) {
    for (std::size_t i = 0; i < Inputs; ++i) {
      in_[i] = some_floats(n, static_cast<unsigned>(i + 1));
      if (where.gpu) {
        resident_in_[i] = tandem::array<float>(in_[i]);
      }
    }
    if (where.gpu) {
      resident_out_ = tandem::array<float>::for_overwrite(n);
    }
  }

  void run_serial() override { map(tandem::on_cpu.with(where_.serial), in_, out_); }
  void run_parallel() override { map(tandem::on_cpu.with(where_.all), in_, out_); }
  void run_automatic() override { map(tandem::automatic.with(where_.all), in_, out_); }
  void run_gpu() override { map(tandem::on_gpu.with(where_.all), in_, out_); }
  void run_gpu_resident() override { map(tandem::on_gpu.with(where_.all), resident_in_, resident_out_); }

  bool agrees() override {
    run_serial();
    std::vector<float> const expected = out_;
    run_gpu();
    run_gpu_resident();
    std::size_t const bytes = expected.size() * sizeof(float);
    return std::memcmp(expected.data(), out_.data(), bytes) == 0 &&
           std::memcmp(expected.data(), resident_out_.host().data(), bytes) == 0;
  }

 private:
  template <class Policy, class In, class Out>
  void map(Policy const& policy, In const& in, Out& out) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      tandem::parallel_map(policy, in[I]..., out, f_);
    }
    (std::make_index_sequence<Inputs>{});
  }

  runtimes where_;
  F f_;
  std::array<std::vector<float>, Inputs> in_;
  std::vector<float> out_;
  std::array<tandem::array<float>, Inputs> resident_in_;
  tandem::array<float> resident_out_;
};

template <std::size_t Inputs, class F>
std::function<std::unique_ptr<trial>(runtimes const&, std::size_t)> prepare_map(F f) {
  return [f](runtimes const& where, std::size_t n) -> std::unique_ptr<trial> {
    return std::make_unique<map_trial<Inputs, F>>(where, n, f);
  };
}

} // namespace tandem_bench
