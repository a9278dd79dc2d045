// tandem-bench crossover: measures, prints a table, and writes CSV, JSON, SVG and PNG.
#include "calibrate.hpp"
#include "commands.hpp"
#include "crossover_chart.hpp"
#include "crossover_files.hpp"
#include "crossover_suite.hpp"
#include "machine_info.hpp"
#include "output_files.hpp"

#include <tandem/gpu.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

struct crossover_arguments {
  bool quick = false;
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

std::vector<workload> chosen_workloads(std::vector<std::string> const& only) {
  std::vector<workload> all = all_workloads();
  if (!only.empty()) {
    std::erase_if(
        all, [&only](workload const& w) { return std::find(only.begin(), only.end(), w.key) == only.end(); });
  }
  return all;
}

void describe_device(machine& where, std::string const& uuid) {
  for (tandem::gpu::device_info const& device : tandem::gpu::list_devices()) {
    if (device.uuid == uuid) {
      where.gpu = device.name + (device.software() ? " (a software device)" : "");
      where.driver = device.driver + " " + device.driver_version;
    }
  }
}

// <out>.csv, .json, .svg, .png; `out` may be a folder that exists or ends in a slash.
void write_results(std::string const& out, crossover_report const& report) {
  std::filesystem::path base(out);
  if (std::filesystem::is_directory(base) || !base.has_filename()) {
    base /= "crossover";
  }
  write_file(base.string() + ".csv", to_csv(report));
  write_file(base.string() + ".json", to_json(report));
  write_file(base.string() + ".svg", draw_crossover(report));
  std::string const problem = render_png(base.string() + ".svg", 1.5);
  std::cout << "\nwritten: " << base.string() << ".csv .json .svg" << (problem.empty() ? " .png" : "")
            << '\n';
  if (!problem.empty()) {
    std::cerr << problem << '\n';
  }
}

void run(crossover_arguments const& given, common_options const& common) {
  std::string const device = device_to_measure(common.device);
  tandem::runtime_options alone;
  alone.threads = 1;
  alone.device = "cpu";
  tandem::runtime serial(alone);
  tandem::runtime_options together;
  together.device = device.empty() ? "cpu" : device;
  tandem::runtime all(together);
  if (!device.empty()) {
    all.find_device();
  }
  if (all.current_profile().cpu.origin == tandem::source::assumed) {
    if (!common.quiet) {
      std::cerr << "calibrating the cost model for this machine, once\n";
    }
    calibrate(all, 1.5, common.quiet);
  }
  crossover_report report;
  report.where = this_machine(all.threads());
  describe_device(report.where, device);
  report.panels = measure_crossover(chosen_workloads(given.only), {serial, all, !device.empty()},
                                    options_of(given, common.quiet));
  print_crossover(std::cout, report);
  write_results(given.out, report);
}

} // namespace

void add_crossover(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<crossover_arguments>();
  CLI::App* const command = app.add_subcommand(
      "crossover", "Time against n on the CPU and on the GPU, as table, CSV, JSON and picture");
  command->add_flag("--quick", given->quick, "A few seconds: fewer sizes, up to 4 Mi, fewer repetitions");
  command->add_option("--out", given->out, "Where the files go: a name without ending, or a folder/")
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
