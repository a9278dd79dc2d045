// Measures the heat map: maps of growing work over growing sizes.
#pragma once

#include "crossover_suite.hpp"
#include "heat_map.hpp"

namespace tandem_bench {

/// Measures all cells; `where.machine` is left to the caller.
heat_report measure_heat_map(runtimes const& where, crossover_options const& options);

/// The model's opinion alone of a map on n floats with so many weighted operations, data in host memory.
tandem::decision predict_map(runtimes const& where, std::size_t n, double operations);

} // namespace tandem_bench
