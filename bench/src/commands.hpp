// The subcommands of tandem-bench, one file each; main.cpp collects them.
#pragma once

#include "output_files.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace tandem_bench {

/// Options that every subcommand knows.
struct common_options {
  std::string device; ///< as TANDEM_DEVICE; empty: the best usable one, software included
  bool quiet = false;
};

/// Where a command also writes what it found, for programs; empty: nowhere.
struct program_files {
  std::string json;
  std::string csv;

  void add_options(CLI::App& command);
  /// Throws std::runtime_error naming the file that cannot be written.
  template <class Json, class Csv>
  void write(Json const& as_json, Csv const& as_csv) const {
    if (!json.empty()) {
      write_file(json, as_json());
    }
    if (!csv.empty()) {
      write_file(csv, as_csv());
    }
  }
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
