// A crossover report of an imaginary machine.
#pragma once

#include "crossover_data.hpp"
#include "heat_map.hpp"

namespace tandem_bench {

/// A workload of `cost_ns` per element on one thread, on a GPU that is `speedup` times one thread.
panel imagined(std::string title, std::string expression, double cost_ns, double speedup, double transfer_ns);

/// Five of them.
crossover_report imagined_report();

/// A heat map in which every processor wins somewhere.
heat_report imagined_heat();

} // namespace tandem_bench
