// tandem-bench: what this machine can do, and whether tandem chooses well on it.
#include "commands.hpp"
#include "help_formatter.hpp"

#include <tandem/version.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  try {
    CLI::App app{"Measures this machine: devices, CPU/GPU crossovers, the cost model's profile."};
    tandem_bench::use_plain_help(app);
    app.set_version_flag("--version", tandem::version());
    app.require_subcommand(1);
    tandem_bench::common_options common;
    app.add_option("--device", common.device, "GPU to measure: an index, a UUID or part of a name")
        ->envname("TANDEM_DEVICE");
    app.add_flag("-q,--quiet", common.quiet, "No progress on stderr");
    tandem_bench::add_devices(app, common);
    tandem_bench::add_calibrate(app, common);
    tandem_bench::add_crossover(app, common);
    tandem_bench::add_explain(app, common);
    tandem_bench::add_regret(app, common);
    tandem_bench::add_report(app, common);
    tandem_bench::add_peers(app, common);
    CLI11_PARSE(app, argc, argv);
    return 0;
  } catch (std::exception const& problem) {
    std::cerr << "tandem-bench: " << problem.what() << '\n';
    return 1;
  }
}
