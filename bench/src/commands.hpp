// The subcommands of tandem-bench, one file each; main.cpp collects them.
#pragma once

#include <CLI/CLI.hpp>

namespace tandem_bench {

/// Options that every subcommand knows.
struct common_options {
  std::string device; ///< as TANDEM_DEVICE; empty: the best usable one, software included
  bool quiet = false;
};

void add_devices(CLI::App& app, common_options& common);
void add_crossover(CLI::App& app, common_options& common);
void add_calibrate(CLI::App& app, common_options& common);
void add_explain(CLI::App& app, common_options& common);
void add_regret(CLI::App& app, common_options& common);
void add_report(CLI::App& app, common_options& common);
void add_peers(CLI::App& app, common_options& common);

/// The device to measure on, as a UUID for runtime_options::device: what `selection` names, or the best
/// usable one, software included. Empty when there is none; throws std::invalid_argument when `selection`
/// names none.
std::string device_to_measure(std::string const& selection);

} // namespace tandem_bench
