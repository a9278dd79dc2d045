// tandem-bench crossover: from which size on the GPU is faster, and whether `automatic` knows.
#pragma once

#include "crossover_data.hpp"
#include "workload.hpp"

#include <vector>

namespace tandem_bench {

struct crossover_options {
  std::size_t least_n = std::size_t{1} << 8U;
  std::size_t most_n = std::size_t{1} << 24U;
  std::size_t factor = 4;  ///< between two sizes
  double budget_ms = 20.0; ///< per way and size
  std::size_t least_samples = 5;
  double ceiling_ms = 400.0; ///< a way that takes longer is not measured at larger sizes
  bool quiet = false;
};

/// Measures the workloads. Throws std::runtime_error when CPU and GPU disagree on a result.
std::vector<panel> measure_crossover(std::vector<workload> const& workloads, runtimes const& where,
                                     crossover_options const& options);

} // namespace tandem_bench
