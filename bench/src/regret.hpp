// Regret: what was chosen over what would have been best.
#pragma once

#include "crossover_data.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace tandem_bench {

/// Of one machine and one kind of call.
struct regret_line {
  std::string machine; ///< "this machine" or a simulated one
  std::string what;    ///< the workload or algorithm class
  std::vector<double> regrets;
};

struct regret_report {
  machine where;
  std::vector<regret_line> lines;
};

/// From the picks of measured panels.
std::vector<regret_line> regrets_of(std::vector<panel> const& panels);

/// Every class on every simulated machine, with a profile that is 15 % off, noise and spikes. Deterministic.
std::vector<regret_line> simulated_regrets();

/// A line for each machine and one for all: geometric mean, 99th percentile, worst.
void print_regrets(std::ostream& out, regret_report const& report);
std::string regret_csv(regret_report const& report);
std::string regret_json(regret_report const& report);

} // namespace tandem_bench
