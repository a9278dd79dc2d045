// tandem-bench peers: verify, measure in turn, print a table; --json for programs.
#include "commands.hpp"
#include "format.hpp"
#include "machine_info.hpp"
#include "output_files.hpp"
#include "peers_suite.hpp"
#include "progress.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace tandem_bench {

std::vector<std::function<comparison(tandem::runtime&)>> all_comparisons() {
  return {small_map, copying_map, transcendental_map, float_sum};
}

namespace {

compared compare(comparison subject, double budget_ms) {
  std::string const problem = subject.verify();
  if (!problem.empty()) {
    throw std::runtime_error(subject.title + ": " + problem);
  }
  measure_options how;
  how.budget_ns = budget_ms * 1e6;
  how.sample_ns = 50e3;
  how.least_samples = 9;
  how.most_samples = 201;
  std::vector<timing> times = measure(subject.ways, how);
  return {std::move(subject), std::move(times)};
}

void print(compared const& result) {
  std::cout << '\n' << result.subject.title << '\n';
  table shown({"way", "time", "scatter", "per element", "rate", "against tandem"});
  auto const elements = static_cast<double>(result.subject.n);
  for (std::size_t i = 0; i < result.times.size(); ++i) {
    double const ns = result.times[i].median_ns;
    shown.add({result.subject.ways[i].name, format_time(ns), format_time(result.times[i].deviation_ns),
               format_time(ns / elements),
               result.subject.bytes > 0.0 ? format_rate(result.subject.bytes / (ns * 1e-9)) : "–",
               format_ratio(ns / result.times[0].median_ns)});
  }
  shown.print(std::cout);
}

nlohmann::ordered_json to_json(compared const& result) {
  nlohmann::ordered_json ways = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < result.times.size(); ++i) {
    ways.push_back({{"way", result.subject.ways[i].name},
                    {"median_ns", result.times[i].median_ns},
                    {"deviation_ns", result.times[i].deviation_ns},
                    {"samples", result.times[i].samples}});
  }
  return {{"key", result.subject.key},
          {"title", result.subject.title},
          {"n", result.subject.n},
          {"bytes", result.subject.bytes},
          {"ways", std::move(ways)}};
}

struct peers_arguments {
  double budget_ms = 500.0;
  std::string json;
};

void run(peers_arguments const& given, common_options const& common) {
  tandem::runtime_options options;
  options.device = "cpu";
  tandem::runtime where(options);
  machine const here = this_machine(where.threads());
  std::cout << here.cpu << ", " << here.threads << " threads, " << here.compiler << ", tandem "
            << here.version << '\n';
  auto const comparisons = all_comparisons();
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (auto const& prepare : comparisons) {
    comparison subject = prepare(where);
    if (!common.quiet) {
      std::cerr << "measuring " << subject.title << '\n';
    }
    compared const result = compare(std::move(subject), given.budget_ms);
    print(result);
    results.push_back(to_json(result));
  }
  if (!given.json.empty()) {
    nlohmann::ordered_json const all{{"cpu", here.cpu},           {"threads", here.threads},
                                     {"compiler", here.compiler}, {"tandem", here.version},
                                     {"date", here.date},         {"comparisons", results}};
    write_file(given.json, all.dump(2) + "\n");
  }
}

} // namespace

void add_peers(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<peers_arguments>();
  CLI::App* const command =
      app.add_subcommand("peers", "tandem on the CPU beside other ways of doing the same");
  command->add_option("--budget", given->budget_ms, "Milliseconds per way")
      ->check(CLI::Range(1.0, 60000.0))
      ->capture_default_str();
  command->add_option("--json", given->json, "Also write the figures to this file");
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
