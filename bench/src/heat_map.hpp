// The heat map: who is fastest for maps of n elements and so much work an element, and where the model draws
// the line.
#pragma once

#include "crossover_data.hpp"

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tandem_bench {

/// One size and amount of work; a way that was not measured has no samples.
struct heat_cell {
  timing serial;
  timing parallel;
  timing gpu;            ///< data sent each time
  std::string chosen;    ///< by automatic: "serial", "threads", "gpu"
  std::string predicted; ///< by the model alone, nothing learned
};

/// Maps of the same work; cells by size.
struct heat_row {
  unsigned steps = 0;
  double operations = 0.0; ///< weighted, an element
  std::vector<heat_cell> cells;
  std::optional<double> threads_from; ///< where the model changes from the plain loop to the threads
  std::optional<double> gpu_from;     ///< where the model changes to the GPU
};

struct heat_report {
  machine where;
  std::vector<std::size_t> sizes;
  std::vector<heat_row> rows; ///< least work first
};

/// The fastest measured way of a cell: "serial", "threads" or "gpu"; "" where nothing was measured.
std::string fastest_of(heat_cell const& cell);
/// Time of the best other kind of processor over that of the best: how clearly it wins. 1 where there is no
/// other.
double lead_of(heat_cell const& cell);

std::string draw_heat_map(heat_report const& report);
std::string heat_csv(heat_report const& report);
void print_heat_map(std::ostream& out, heat_report const& report);

} // namespace tandem_bench
