// A workload of the crossover suite: one algorithm, its function and its data, ready to be run in every way
// that is compared.
#pragma once

#include "measure.hpp"

#include <tandem/runtime.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem_bench {

/// The runtimes that a workload runs on. `all` has every thread and, where there is one, the GPU.
struct runtimes {
  tandem::runtime& serial; ///< one thread
  tandem::runtime& all;
  bool gpu = false;
};

/// Calls between two transfers where data is moved once (GPU-BLOB's "transfer once").
inline constexpr int calls_per_transfer = 8;

/// One workload at one size, with its data.
class trial {
 public:
  virtual ~trial() = default;
  virtual void run_serial() = 0;
  virtual void run_parallel() = 0;
  virtual void run_automatic() = 0;
  virtual void run_gpu() = 0;          ///< data starts and ends in host memory
  virtual void run_gpu_once() = 0;     ///< data is sent, `calls_per_transfer` calls run, results come back
  virtual void run_gpu_resident() = 0; ///< data starts and stays on the device

  /// Puts the data back as it was, for calls that change it; not part of the time.
  virtual void restore() {}
  virtual bool changes_its_data() const { return false; }

  /// Whether a GPU can run it at all.
  virtual bool runs_on_gpu() = 0;
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
workload three_input_map();
workload sum();
workload scan();
workload filter();
workload histogram();
workload sort();
workload sort_by_key();
workload comparator_sort();
workload reduce_by_key();

/// All of them, in the order of the picture.
std::vector<workload> all_workloads();
/// One of each kind, for a run of a few seconds.
std::vector<workload> quick_workloads();

/// Maps of x ← 3.9 x (1 − x), by how many steps: the rows of the heat map.
std::vector<std::pair<unsigned, workload>> maps_by_steps();

/// The same n floats in [0.1, 1) for the same seed.
std::vector<float> some_floats(std::size_t n, unsigned seed);
/// The same n random integers for the same seed.
std::vector<std::uint32_t> some_integers(std::size_t n, unsigned seed);

} // namespace tandem_bench
