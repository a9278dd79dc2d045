// tandem-bench crossover: measures, prints a table, and writes CSV, JSON, SVG and PNG.
#include "commands.hpp"
#include "crossover_chart.hpp"
#include "crossover_files.hpp"
#include "crossover_suite.hpp"
#include "heat_suite.hpp"
#include "machine_under_test.hpp"
#include "output_files.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

struct crossover_arguments {
  bool quick = false;
  bool heat_map = false;
  std::string out = "crossover";
  unsigned least_log2 = 8;
  unsigned most_log2 = 24;
  std::vector<std::string> only;
};

crossover_options options_of(crossover_arguments const& given, bool quiet) {
  crossover_options made;
  made.quiet = quiet;
  made.least_n = std::size_t{1} << given.least_log2;
  made.most_n = std::size_t{1} << given.most_log2;
  made.factor = 2;
  if (given.quick) {
    made.most_n = std::min(made.most_n, std::size_t{1} << 22U);
    made.factor = 4;
    made.budget_ms = 6.0;
    made.least_samples = 3;
    made.ceiling_ms = 60.0;
  }
  return made;
}

std::vector<workload> chosen_workloads(std::vector<std::string> const& only, bool quick) {
  if (only.empty()) {
    return quick ? quick_workloads() : all_workloads();
  }
  std::vector<workload> all = all_workloads();
  std::erase_if(
      all, [&only](workload const& w) { return std::find(only.begin(), only.end(), w.key) == only.end(); });
  return all;
}

// `out` may be a folder that exists or ends in a slash.
std::string base_name(std::string const& out) {
  std::filesystem::path base(out);
  if (std::filesystem::is_directory(base) || !base.has_filename()) {
    base /= "crossover";
  }
  return base.string();
}

// <out>.csv, .json, .svg, .png
void write_results(std::string const& out, crossover_report const& report) {
  std::string const base = base_name(out);
  write_file(base + ".csv", to_csv(report));
  write_file(base + ".json", to_json(report));
  write_file(base + ".svg", draw_crossover(report));
  std::string const problem = render_png(base + ".svg", 1.5);
  std::cout << "\nwritten: " << base << ".csv .json .svg" << (problem.empty() ? " .png" : "") << '\n';
  if (!problem.empty()) {
    std::cerr << problem << '\n';
  }
}

void write_heat_map(std::string const& out, heat_report const& report) {
  std::string const base = base_name(out) + "-heat";
  write_file(base + ".csv", heat_csv(report));
  write_file(base + ".svg", draw_heat_map(report));
  std::string const problem = render_png(base + ".svg", 1.5);
  std::cout << "\nwritten: " << base << ".csv .svg" << (problem.empty() ? " .png" : "") << '\n';
}

void run(crossover_arguments const& given, common_options const& common) {
  machine_under_test const here(common);
  crossover_options const options = options_of(given, common.quiet);
  crossover_report report;
  report.where = here.description();
  report.panels = measure_crossover(chosen_workloads(given.only, given.quick), here.where(), options);
  print_crossover(std::cout, report);
  write_results(given.out, report);
  if (given.heat_map) {
    heat_report heat = measure_heat_map(here.where(), options);
    heat.where = here.description();
    print_heat_map(std::cout, heat);
    write_heat_map(given.out, heat);
  }
}

} // namespace

void add_crossover(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<crossover_arguments>();
  CLI::App* const command = app.add_subcommand(
      "crossover", "Time against n on the CPU and on the GPU, as table, CSV, JSON and picture");
  command->add_flag("--quick", given->quick, "A few seconds: fewer sizes, up to 4 Mi, fewer repetitions");
  command->add_flag("--heat-map", given->heat_map,
                    "Also maps of growing work over all sizes: who is fastest, and the model's line");
  command->add_option("--out", given->out, "Where the files go: a name without ending, or a folder/")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--from", given->least_log2, "Smallest n, as a power of two")
      ->check(CLI::Range(0, 30))
      ->capture_default_str();
  command->add_option("--to", given->most_log2, "Largest n, as a power of two")
      ->check(CLI::Range(0, 32))
      ->capture_default_str();
  std::vector<std::string> keys;
  for (workload const& w : all_workloads()) {
    keys.push_back(w.key);
  }
  command->add_option("--only", given->only, "Workloads to measure")->check(CLI::IsMember(keys));
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
