// The crossover report as CSV, JSON and a terminal table.
#pragma once

#include "crossover_data.hpp"

#include <ostream>
#include <string>

namespace tandem_bench {

/// One row per workload, size and way, times in ns; the machine in comment lines at the top.
std::string to_csv(crossover_report const& report);

/// Everything of the report.
std::string to_json(crossover_report const& report);

/// A table per workload and a summary, for people.
void print_crossover(std::ostream& out, crossover_report const& report);

} // namespace tandem_bench
