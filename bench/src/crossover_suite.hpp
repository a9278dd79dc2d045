// tandem-bench crossover: from which size on the GPU is faster, and whether `automatic` knows.
#pragma once

#include "crossover_data.hpp"
#include "workload.hpp"

#include <tandem/decision.hpp>

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

/// "serial", "threads", "gpu" or "both".
std::string name_of_choice(tandem::decision const& made);

/// `automatic` is judged after it has met the size a few times, as in a program that runs: up to twenty calls
/// within the budget.
void let_learn(trial& subject, double budget_ns);

} // namespace tandem_bench
