// tandem-bench report: measures, and writes one HTML file that a browser shows without a network.
#include "commands.hpp"
#include "crossover_suite.hpp"
#include "heat_suite.hpp"
#include "machine_under_test.hpp"
#include "output_files.hpp"
#include "regret.hpp"
#include "report_page.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace tandem_bench {
namespace {

struct report_arguments {
  std::string out = "report.html";
  std::string peers;
  bool quick = false;
};

std::string whole_file(std::string const& name) {
  std::ifstream in(name, std::ios::binary);
  if (!in) {
    throw std::runtime_error("cannot read " + name);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

void run(report_arguments const& given, common_options const& common) {
  report_contents all;
  if (!given.peers.empty()) {
    all.peers_json = whole_file(given.peers); // before minutes are spent on measuring
  }
  machine_under_test const here(common);
  crossover_options options;
  options.quiet = common.quiet;
  options.factor = 4;
  if (given.quick) {
    options.most_n = std::size_t{1} << 22U;
    options.budget_ms = 6.0;
    options.least_samples = 3;
    options.ceiling_ms = 60.0;
  }
  all.crossover.where = all.heat.where = all.regret.where = here.description();
  all.crossover.panels =
      measure_crossover(given.quick ? quick_workloads() : all_workloads(), here.where(), options);
  auto const machine = all.heat.where;
  all.heat = measure_heat_map(here.where(), options);
  all.heat.where = machine;
  all.regret.lines = regrets_of(all.crossover.panels);
  auto simulated = simulated_regrets();
  all.regret.lines.insert(all.regret.lines.end(), std::make_move_iterator(simulated.begin()),
                          std::make_move_iterator(simulated.end()));
  all.profile = here.where().all.current_profile();
  write_file(given.out, report_page(all));
  std::cout << "written: " << given.out << '\n';
}

} // namespace

void add_report(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<report_arguments>();
  CLI::App* const command = app.add_subcommand(
      "report", "One HTML file: devices, profile, crossover curves, heat map, regret, peers");
  command->add_option("--out", given->out, "Where the page goes")->type_name("FILE")->capture_default_str();
  command->add_option("--peers", given->peers, "What 'tandem-bench peers --json' wrote, to be shown too")
      ->type_name("FILE");
  command->add_flag("--quick", given->quick, "About half a minute: fewer sizes and workloads");
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
