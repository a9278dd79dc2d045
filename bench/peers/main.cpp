// tandem-bench-peers, which `tandem-bench peers` runs: a program of its own, because other libraries' headers
// take minutes to compile.
#include "comparison.hpp"
#include "help_formatter.hpp"
#include "machine_info.hpp"
#include "output_files.hpp"
#include "progress.hpp"
#include "report.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>

namespace tandem_bench {
namespace {

struct arguments {
  std::size_t n = 10'000'000;
  double budget_ms = 1000;
  std::vector<std::string> only;
  bool list = false;
  bool details = false;
  bool quiet = false;
  std::string csv;
  std::string json;
};

std::vector<job> all_jobs() {
  std::vector<job> jobs;
  add_sorts(jobs);
  add_scans(jobs);
  add_filters(jobs);
  add_histograms(jobs);
  add_reductions(jobs);
  add_searches(jobs);
  add_maps(jobs);
  return jobs;
}

std::vector<job> chosen(std::vector<std::string> const& only) {
  auto jobs = all_jobs();
  for (std::string const& start : only) {
    if (std::none_of(jobs.begin(), jobs.end(), [&](job const& j) { return j.key.starts_with(start); })) {
      throw std::invalid_argument("--only: there is no job that begins with '" + start +
                                  "'; --list shows them");
    }
  }
  if (!only.empty()) {
    std::erase_if(jobs, [&only](job const& j) {
      return std::none_of(only.begin(), only.end(),
                          [&](std::string const& start) { return j.key.starts_with(start); });
    });
  }
  return jobs;
}

void check(comparison const& subject) {
  for (approach const& one : subject.ways) {
    if (!one.check) {
      continue;
    }
    if (one.how.prepare) {
      one.how.prepare();
    }
    one.how.run();
    std::string const problem = one.check();
    if (!problem.empty()) {
      throw std::runtime_error(subject.title + ", " + one.how.name + ": " + problem);
    }
  }
}

/// Untimed calls for a millisecond, one at least: what the contender before left behind, threads that spin or workers
/// that another arena holds, would count against whoever comes next. (A worker of oneTBB changes arenas in 40 to 80 µs.)
void run_for_a_while(std::function<void()> const& run) {
  using clock = std::chrono::steady_clock;
  auto const end = clock::now() + std::chrono::milliseconds(1);
  do {
    run();
  } while (clock::now() < end);
}

compared compare(job const& what, setting const& given, double budget_ms) {
  compared result{what.key, what.prepare(given), {}};
  check(result.subject);
  std::vector<contender> contenders;
  for (approach const& one : result.subject.ways) {
    contenders.push_back(one.how);
    if (!one.how.prepare && !result.subject.per_call) {
      contenders.back().prepare = [run = one.how.run] { run_for_a_while(run); };
    }
  }
  measure_options how;
  how.budget_ns = budget_ms * 1e6;
  how.sample_ns = contenders.front().prepare ? 1.0 : 50e3; // a prepared sample is one call
  how.least_samples = 3;
  how.most_samples = 51;
  result.times = measure(contenders, how);
  for (approach& one : result.subject.ways) { // the data goes before the next job's comes
    one.how.run = {};
    one.how.prepare = {};
    one.check = {};
  }
  return result;
}

void run(arguments const& given) {
  auto const jobs = chosen(given.only);
  if (given.list) {
    for (job const& j : jobs) {
      std::cout << j.key << '\n';
    }
    return;
  }
  tandem::runtime_options options;
  options.device = "cpu";
  tandem::runtime where(options);
  machine const here = this_machine(static_cast<unsigned>(where.threads()));
  std::vector<compared> results;
  {
    progress shown(jobs.size(), given.quiet);
    for (job const& j : jobs) {
      shown.step(j.key);
      shown.stage(j.key);
      results.push_back(compare(j, {where, given.n}, given.budget_ms));
    }
  }
  std::cout << here.cpu << ", " << here.threads << " threads, " << here.compiler << ", tandem "
            << here.version << ", " << here.date << '\n';
  print_table(std::cout, results);
  if (given.details) {
    print_details(std::cout, results);
  }
  if (!given.csv.empty()) {
    write_file(given.csv, to_csv(results));
  }
  if (!given.json.empty()) {
    write_file(given.json, to_json(here, results));
  }
}

} // namespace
} // namespace tandem_bench

int main(int argc, char** argv) {
  try {
    tandem_bench::arguments given;
    CLI::App app{
        "tandem on the CPU beside the libraries that do the same, each checked, then measured in turn",
        "tandem-bench peers"};
    tandem_bench::use_plain_help(app);
    app.add_option("-n,--n", given.n, "Elements of a large job")
        ->check(CLI::Range(10'000, 1'000'000'000))
        ->capture_default_str();
    app.add_option("--budget", given.budget_ms, "Milliseconds a way; three samples are taken in any case")
        ->check(CLI::Range(1.0, 60000.0))
        ->capture_default_str();
    app.add_option("--only", given.only, "Jobs whose name begins so");
    app.add_flag("--list", given.list, "Only name the jobs");
    app.add_flag("--details", given.details, "A table a job too, with every way of doing it");
    app.add_option("--csv", given.csv, "Also write the figures to this file")->type_name("FILE");
    app.add_option("--json", given.json, "Also write the figures to this file")->type_name("FILE");
    app.add_flag("-q,--quiet", given.quiet, "No progress on stderr");
    CLI11_PARSE(app, argc, argv);
    tandem_bench::run(given);
    return 0;
  } catch (std::exception const& problem) {
    std::cerr << "tandem-bench peers: " << problem.what() << '\n';
    return 1;
  }
}
