// A job in every way that is compared. A Job holds its data twice, in vectors and in arrays that may lie on a
// device:
//
//     explicit Job(std::size_t n, bool arrays);
//     template <class Policy> void on_host(Policy);      the call on the vectors
//     template <class Policy> void on_arrays(Policy);    the call on the arrays
//     void fresh_arrays();                               arrays that no device has seen
//     void look();                                       brings the arrays' results back to the host
//     std::vector<std::byte> result();                   of on_host, then
//     std::vector<std::byte> result_of_arrays();
//     static constexpr bool has_gpu;                     whether tandem has it for GPUs
//     static constexpr bool in_place;                    whether a call changes its input; then also:
//     void restore();
#pragma once

#include "workload.hpp"

#include <tandem/error.hpp>
#include <tandem/policy.hpp>

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace tandem_bench {

/// The bytes of several ranges, one after the other.
template <class... T>
std::vector<std::byte> bytes_of(std::span<T const>... ranges) {
  std::vector<std::byte> all;
  (all.insert(all.end(), std::as_bytes(ranges).begin(), std::as_bytes(ranges).end()), ...);
  return all;
}

template <class Job>
class job_trial final : public trial {
 public:
  job_trial(runtimes const& where, std::size_t n) : where_(where), job_(n, where.gpu) {}

  void run_serial() override { job_.on_host(tandem::on_cpu.with(where_.serial)); }
  void run_parallel() override { job_.on_host(tandem::on_cpu.with(where_.all)); }
  void run_automatic() override { job_.on_host(tandem::automatic.with(where_.all)); }
  void run_gpu() override {
    if constexpr (Job::has_gpu) {
      job_.on_host(tandem::on_gpu.with(where_.all));
    }
  }
  void run_gpu_resident() override {
    if constexpr (Job::has_gpu) {
      job_.on_arrays(tandem::on_gpu.with(where_.all));
    }
  }

  void run_gpu_once() override {
    job_.fresh_arrays();
    for (int call = 0; call < calls_per_transfer; ++call) {
      run_gpu_resident();
    }
    job_.look();
  }

  void restore() override {
    if constexpr (Job::in_place) {
      job_.restore();
    }
  }
  bool changes_its_data() const override { return Job::in_place; }

  bool runs_on_gpu() override {
    if (!Job::has_gpu) {
      return false;
    }
    try {
      restore();
      run_gpu();
      restore();
      return true;
    } catch (tandem::error const&) { // no implementation, or the device lacks something it needs
      return false;
    }
  }

  bool agrees() override {
    restore();
    run_serial();
    std::vector<std::byte> const expected = job_.result();
    restore();
    run_gpu();
    bool const same = job_.result() == expected;
    restore();
    job_.fresh_arrays();
    run_gpu_resident();
    return same && job_.result_of_arrays() == expected;
  }

 private:
  runtimes where_;
  Job job_;
};

template <class Job>
std::function<std::unique_ptr<trial>(runtimes const&, std::size_t)> prepare_job() {
  return [](runtimes const& where, std::size_t n) -> std::unique_ptr<trial> {
    return std::make_unique<job_trial<Job>>(where, n);
  };
}

} // namespace tandem_bench
