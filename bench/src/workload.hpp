// A workload of the crossover suite: one lambda and its data, ready to be run in every way that is compared.
#pragma once

#include "measure.hpp"

#include <tandem/runtime.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tandem_bench {

/// The runtimes that a workload runs on. `all` has every thread and, where there is one, the GPU.
struct runtimes {
  tandem::runtime& serial; ///< one thread
  tandem::runtime& all;
  bool gpu = false;
};

/// One workload at one size, with its data.
class trial {
 public:
  virtual ~trial() = default;
  virtual void run_serial() = 0;
  virtual void run_parallel() = 0;
  virtual void run_automatic() = 0;
  virtual void run_gpu() = 0;          ///< data starts and ends in host memory
  virtual void run_gpu_resident() = 0; ///< data starts and stays on the device

  /// Whether CPU and GPU give the same bits for this data.
  virtual bool agrees() = 0;
};

struct workload {
  std::string key;
  std::string title;
  std::string expression;
  std::size_t bytes_per_element; ///< read and written by one pass
  std::function<std::unique_ptr<trial>(runtimes const&, std::size_t n)> prepare;
};

workload cheap_map();
workload medium_map();
workload costly_map();
workload sum();
workload three_input_map();

/// All of them, in the order of the picture.
std::vector<workload> all_workloads();

/// The same n floats in [0.1, 1) for the same seed.
std::vector<float> some_floats(std::size_t n, unsigned seed);

} // namespace tandem_bench
