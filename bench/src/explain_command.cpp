// tandem-bench explain: why a call runs where it runs; of a call described in words, or of one that is really
// made.
#include "commands.hpp"
#include "described_call.hpp"
#include "tool_files.hpp"
#include "workload.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

struct explain_arguments {
  std::string what;
  std::size_t n = 1'000'000;
  unsigned calls = 1;
  program_files files;
};

void write_files(program_files const& files, tandem::decision const& made, tandem::profile const& known) {
  files.write([&] { return decision_json(made, known); }, [&] { return decision_csv(made, known); });
}

std::string explain_workload(workload const& of, tandem::runtime& where, explain_arguments const& given) {
  std::unique_ptr<trial> const subject = of.prepare({where, where, false}, given.n);
  for (unsigned call = 0; call < given.calls; ++call) {
    subject->restore();
    subject->run_automatic();
  }
  return of.title + " (" + of.expression + "), n = " + std::to_string(given.n) + "\n" + where.explain();
}

void run(explain_arguments const& given, common_options const& common) {
  std::string const device = device_to_measure(common.device);
  tandem::runtime_options options;
  options.device = device.empty() ? "cpu" : device;
  tandem::runtime where(options);
  if (!device.empty()) {
    where.find_device();
  }
  std::vector<workload> const all = all_workloads();
  auto const chosen =
      std::find_if(all.begin(), all.end(), [&](workload const& w) { return w.key == given.what; });
  if (chosen != all.end()) {
    std::cout << explain_workload(*chosen, where, given);
    return write_files(given.files, where.last_decision(), where.current_profile());
  }
  auto const known = where.current_profile();
  auto const made = tandem::decide(described_call(given.what), where.current_machine(), known);
  std::cout << tandem::explain(made, known);
  write_files(given.files, made, known);
}

} // namespace

void add_explain(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<explain_arguments>();
  CLI::App* const command = app.add_subcommand(
      "explain", "Why a call runs where it runs, term by term: 'map of 1e6 floats, work 20' from the profile "
                 "alone, or the name of a workload, which is run");
  std::string keys;
  for (workload const& w : all_workloads()) {
    keys += (keys.empty() ? "" : ", ") + w.key;
  }
  command
      ->add_option("what", given->what,
                   "A call in words ('sort of 4Mi ints, resident'), or a workload: " + keys)
      ->required();
  command->add_option("-n,--n", given->n, "Elements of a workload")->capture_default_str();
  command->add_option("--calls", given->calls, "Explain the last of so many calls of a workload")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  given->files.add_options(*command);
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
