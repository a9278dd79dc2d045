#include "imagined.hpp"

#include <algorithm>
#include <random>

namespace tandem_bench {
namespace {

timing took(double ns) {
  return {ns, ns * 0.02, 11};
}

} // namespace

panel imagined(std::string title, std::string expression, double cost_ns, double speedup,
               double transfer_ns) {
  panel made;
  made.key = title;
  made.title = std::move(title);
  made.expression = std::move(expression);
  for (way const which : all_ways) {
    made.lines.push_back({which, {}});
  }
  std::mt19937 random(1);
  std::uniform_real_distribution<> noise(0.95, 1.08);
  for (std::size_t n = 256; n <= (1U << 24U); n *= 4) {
    double const count = static_cast<double>(n);
    double const serial = 20.0 + cost_ns * count;
    double const threads = std::min(serial, 3000.0 + serial / 1.9) * noise(random);
    double const resident = 110e3 + cost_ns * count / speedup;
    double const gpu = resident + 9e3 + transfer_ns * count;
    made.sizes.push_back(n);
    made.lines[0].at.push_back(took(serial));
    made.lines[1].at.push_back(took(threads));
    made.lines[2].at.push_back(took(gpu));
    made.lines[3].at.push_back(took(resident + (gpu - resident) / 8));
    made.lines[4].at.push_back(took(resident));
    bool const late = n == 65536 && gpu < threads;
    made.picks.push_back({gpu < threads && !late ? "gpu"
                          : threads < serial     ? "threads"
                                                 : "serial",
                          took((late ? threads : std::min(gpu, threads)) * noise(random)), 1.0});
  }
  made.predicted = true;
  conclude(made);
  if (made.measured_crossover) {
    made.predicted_crossover = *made.measured_crossover * 0.8;
  }
  return made;
}

heat_report imagined_heat() {
  heat_report made;
  made.where = {"Imagined CPU", 2, "Imagined GPU", "", "", "", "", "0.1.0", "2026-01-01"};
  for (std::size_t n = 256; n <= (1U << 22U); n *= 4) {
    made.sizes.push_back(n);
  }
  for (unsigned steps = 1; steps <= 1024; steps *= 4) {
    heat_row row;
    row.steps = steps;
    row.operations = 3.0 * steps;
    for (std::size_t const n : made.sizes) {
      double const serial = 20.0 + 0.1 * row.operations * static_cast<double>(n);
      double const gpu =
          60e3 + 0.005 * row.operations * static_cast<double>(n) + 0.4 * static_cast<double>(n);
      heat_cell cell{took(serial), took(4e3 + serial / 1.9), took(gpu), "", ""};
      cell.chosen = cell.predicted = fastest_of(cell);
      row.cells.push_back(cell);
    }
    row.threads_from = 8.4e3 / (0.1 * row.operations);
    if (0.0526 * row.operations > 0.4 + 0.005 * row.operations) {
      row.gpu_from = 56e3 / (0.0476 * row.operations - 0.4);
    }
    made.rows.push_back(std::move(row));
  }
  return made;
}

crossover_report imagined_report() {
  return {{"Imagined CPU", 2, "Imagined GPU", "", "", "", "", "0.1.0", "2026-01-01"},
          {imagined("Cheap map", "2x + 1", 0.35, 3.0, 0.4),
           imagined("Medium map", "sin(x) · exp(x)", 2.4, 8.0, 0.4),
           imagined("Costly map", "128 steps of x ← r·x·(1 − x)", 170.0, 12.0, 0.4),
           imagined("Sum", "x₀ + x₁ + …", 0.2, 3.0, 0.2),
           imagined("Three inputs", "a·b + c", 0.5, 3.0, 0.7)}};
}

} // namespace tandem_bench
