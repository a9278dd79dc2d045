// The crossover picture: small multiples of time against n, one per workload.
#pragma once

#include "crossover_data.hpp"

#include <string>

namespace tandem_bench {

/// The picture as an SVG document.
std::string draw_crossover(crossover_report const& report);

} // namespace tandem_bench
