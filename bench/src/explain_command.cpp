// tandem-bench explain: makes one automatic call and says in words why it ran where it ran.
#include "commands.hpp"
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
};

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
  std::unique_ptr<trial> const subject = chosen->prepare({where, where, false}, given.n);
  for (unsigned call = 0; call < given.calls; ++call) {
    subject->run_automatic();
  }
  std::cout << chosen->title << " (" << chosen->expression << "), n = " << given.n << '\n'
            << where.explain() << '\n';
}

} // namespace

void add_explain(CLI::App& app, common_options& common) {
  auto const given = std::make_shared<explain_arguments>();
  CLI::App* const command =
      app.add_subcommand("explain", "Why an automatic call runs where it runs, term by term");
  std::vector<std::string> keys;
  for (workload const& w : all_workloads()) {
    keys.push_back(w.key);
  }
  command->add_option("what", given->what, "The workload")->required()->check(CLI::IsMember(keys));
  command->add_option("-n", given->n, "Elements")->capture_default_str();
  command->add_option("--calls", given->calls, "Explain the last of so many calls")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->callback([given, &common] { run(*given, common); });
}

} // namespace tandem_bench
