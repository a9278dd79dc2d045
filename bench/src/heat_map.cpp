#include "heat_map.hpp"

#include "format.hpp"

#include <algorithm>
#include <limits>
#include <ostream>
#include <sstream>

namespace tandem_bench {
namespace {

double time_of(timing const& t) {
  return t.samples > 0 ? t.median_ns : std::numeric_limits<double>::infinity();
}

void csv_row(std::ostream& out, heat_row const& row, std::size_t n, char const* way, timing const& t) {
  if (t.samples > 0) {
    out << row.steps << ',' << row.operations << ',' << n << ',' << way << ',' << t.median_ns << ','
        << t.deviation_ns << ',' << t.samples << ",,\n";
  }
}

} // namespace

std::string fastest_of(heat_cell const& cell) {
  double const best = std::min({time_of(cell.serial), time_of(cell.parallel), time_of(cell.gpu)});
  if (best == std::numeric_limits<double>::infinity()) {
    return {};
  }
  // Below the size where threads pay the two CPU ways are one: what is within noise is called the plain loop.
  if (time_of(cell.gpu) == best) {
    return "gpu";
  }
  return time_of(cell.serial) <= 1.05 * best ? "serial" : "threads";
}

double lead_of(heat_cell const& cell) {
  double const cpu = std::min(time_of(cell.serial), time_of(cell.parallel));
  double const gpu = time_of(cell.gpu);
  if (std::max(cpu, gpu) == std::numeric_limits<double>::infinity()) {
    return 1.0;
  }
  return std::max(cpu, gpu) / std::min(cpu, gpu);
}

std::string heat_csv(heat_report const& report) {
  std::ostringstream out;
  out << "# " << report.where.cpu << ", " << report.where.threads << " threads; " << report.where.gpu
      << "; tandem " << report.where.version << "; " << report.where.date << '\n'
      << "steps,operations,n,way,median_ns,deviation_ns,samples,chosen,predicted\n";
  for (heat_row const& row : report.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      heat_cell const& cell = row.cells[i];
      csv_row(out, row, report.sizes[i], "cpu_serial", cell.serial);
      csv_row(out, row, report.sizes[i], "cpu_parallel", cell.parallel);
      csv_row(out, row, report.sizes[i], "gpu_transfer", cell.gpu);
      out << row.steps << ',' << row.operations << ',' << report.sizes[i] << ",automatic,,,," << cell.chosen
          << ',' << cell.predicted << '\n';
    }
  }
  return out.str();
}

void print_heat_map(std::ostream& out, heat_report const& report) {
  out << "\nfastest (and how many times as long the best of the other processor takes):\n";
  std::vector<std::string> header{"operations"};
  for (std::size_t const n : report.sizes) {
    header.push_back(format_count(static_cast<double>(n)));
  }
  table shown(header);
  for (heat_row const& row : report.rows) {
    std::vector<std::string> cells{std::to_string(static_cast<long>(row.operations))};
    for (std::size_t i = 0; i < report.sizes.size(); ++i) {
      bool const measured = i < row.cells.size() && !fastest_of(row.cells[i]).empty();
      double const lead = measured ? lead_of(row.cells[i]) : 1.0;
      cells.push_back(measured ? fastest_of(row.cells[i]) + (lead > 1.0 ? " " + format_ratio(lead) : "")
                               : "–");
    }
    shown.add(std::move(cells));
  }
  shown.print(out);
}

} // namespace tandem_bench
