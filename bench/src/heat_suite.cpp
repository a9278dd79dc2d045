#include "heat_suite.hpp"

#include "format.hpp"
#include "progress.hpp"

#include <chrono>

namespace tandem_bench {
namespace {

// Subtraction and two multiplications a step.
constexpr double operations_per_step = 3.0;

bool too_slow(heat_row const& row, timing heat_cell::*which, double ceiling_ms) {
  return !row.cells.empty() &&
         ((row.cells.back().*which).samples == 0 || (row.cells.back().*which).median_ns > ceiling_ms * 1e6);
}

heat_cell measure_cell(heat_row const& before, trial& subject, runtimes const& where,
                       crossover_options const& options) {
  heat_cell cell;
  std::vector<contender> contenders;
  std::vector<timing*> results;
  auto const add = [&](char const* name, timing heat_cell::*which, std::function<void()> run) {
    if (!too_slow(before, which, options.ceiling_ms)) {
      contenders.push_back({name, std::move(run)});
      results.push_back(&(cell.*which));
    }
  };
  add("serial", &heat_cell::serial, [&subject] { subject.run_serial(); });
  add("threads", &heat_cell::parallel, [&subject] { subject.run_parallel(); });
  if (where.gpu) {
    add("gpu", &heat_cell::gpu, [&subject] { subject.run_gpu(); });
  }
  measure_options how;
  how.budget_ns = options.budget_ms * 1e6;
  how.least_samples = options.least_samples;
  let_learn(subject, how.budget_ns);
  cell.chosen = name_of_choice(where.all.last_decision());
  std::vector<timing> const measured = measure(contenders, how);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    *results[i] = measured[i];
  }
  return cell;
}

void ask_model(heat_row& row, std::vector<std::size_t> const& sizes, runtimes const& where) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    row.cells[i].predicted = name_of_choice(predict_map(where, sizes[i], row.operations));
  }
  auto const most = static_cast<double>(sizes.back()) * 2.0;
  for (double n = static_cast<double>(sizes.front()) / 2.0; n < most; n *= 1.09) {
    auto const choice = name_of_choice(predict_map(where, static_cast<std::size_t>(n), row.operations));
    if (choice == "serial") {
      row.threads_from.reset();
    } else if (choice == "threads" && !row.threads_from) {
      row.threads_from = n;
    }
    if (choice != "gpu") {
      row.gpu_from.reset();
    } else if (!row.gpu_from) {
      row.gpu_from = n;
    }
  }
}

} // namespace

tandem::decision predict_map(runtimes const& where, std::size_t n, double operations) {
  double const bytes = 4.0 * static_cast<double>(n);
  tandem::request asked{.n = n, .read_bytes = bytes, .written_bytes = bytes, .work_per_element = operations};
  asked.upload_bytes = bytes;
  asked.download_bytes = bytes;
  asked.kernel = tandem::kernel_state::ready;
  asked.traceable = true;
  asked.device_types = true;
  return tandem::decide(asked, where.all.current_machine(), where.all.current_profile());
}

heat_report measure_heat_map(runtimes const& where, crossover_options const& options) {
  heat_report report;
  for (std::size_t n = options.least_n; n <= options.most_n; n *= options.factor) {
    report.sizes.push_back(n);
  }
  auto const maps = maps_by_steps();
  progress shown(maps.size() * report.sizes.size(), options.quiet);
  for (auto const& [steps, of] : maps) {
    heat_row row;
    row.steps = steps;
    row.operations = operations_per_step * steps;
    shown.stage(of.title);
    for (std::size_t const n : report.sizes) {
      shown.step("n = " + format_count(static_cast<double>(n)));
      bool const all_slow = too_slow(row, &heat_cell::serial, options.ceiling_ms) &&
                            too_slow(row, &heat_cell::parallel, options.ceiling_ms) &&
                            (!where.gpu || too_slow(row, &heat_cell::gpu, options.ceiling_ms));
      row.cells.push_back(all_slow ? heat_cell{} : measure_cell(row, *of.prepare(where, n), where, options));
    }
    ask_model(row, report.sizes, where);
    report.rows.push_back(std::move(row));
  }
  return report;
}

} // namespace tandem_bench
