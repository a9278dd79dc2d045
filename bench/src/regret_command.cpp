// tandem-bench regret: how good the choices are, on this machine and on machines that exist only as numbers.
#include "commands.hpp"
#include "crossover_suite.hpp"
#include "machine_info.hpp"
#include "machine_under_test.hpp"
#include "output_files.hpp"
#include "regret.hpp"

#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

struct regret_arguments {
  bool quick = false;
  bool simulated_only = false;
  unsigned most_log2 = 22;
  std::string json;
  std::string csv;
};

std::vector<regret_line> measured_regrets(regret_arguments const& given, common_options const& common,
                                          machine& described) {
  machine_under_test const here(common);
  described = here.description();
  crossover_options options;
  options.quiet = common.quiet;
  options.most_n = std::size_t{1} << given.most_log2;
  options.factor = given.quick ? 4 : 2;
  options.budget_ms = given.quick ? 6.0 : 20.0;
  options.ceiling_ms = given.quick ? 60.0 : 200.0;
  return regrets_of(
      measure_crossover(given.quick ? quick_workloads() : all_workloads(), here.where(), options));
}

void run(regret_arguments const& given, common_options const& common) {
  regret_report report;
  report.where = this_machine(0);
  if (!given.simulated_only) {
    report.lines = measured_regrets(given, common, report.where);
  }
  auto simulated = simulated_regrets();
  report.lines.insert(report.lines.end(), std::make_move_iterator(simulated.begin()),
                      std::make_move_iterator(simulated.end()));
  print_regrets(std::cout, report);
  if (!given.json.empty()) {
    write_file(given.json, regret_json(report));
  }
  if (!given.csv.empty()) {
    write_file(given.csv, regret_csv(report));
  }
}

} // namespace

void add_regret(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<regret_arguments>();
  CLI::App* const command = app.add_subcommand(
      "regret", "Time of what automatic chose over time of the best, on this machine and on simulated ones");
  command->add_flag("--quick", given->quick, "A few seconds: fewer sizes and workloads");
  command->add_flag("--simulated", given->simulated_only, "The simulated machines alone");
  command->add_option("--to", given->most_log2, "Largest n, as a power of two")
      ->check(CLI::Range(8, 30))
      ->capture_default_str();
  command->add_option("--json", given->json, "Also write the figures to this file")->type_name("FILE");
  command->add_option("--csv", given->csv, "Also write the figures to this file")->type_name("FILE");
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
