// tandem-bench calibrate: measures the machine for the cost model and stores the profile.
#include "calibrate.hpp"

#include "commands.hpp"
#include "tool_files.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

std::atomic<bool> interrupted = false;

void on_interrupt(int) {
  interrupted = true;
}

bool show(void* quiet, double fraction, char const* what) {
  if (!*static_cast<bool*>(quiet) && isatty(STDERR_FILENO) != 0) {
    std::cerr << "\r\x1b[K" << static_cast<int>(100.0 * fraction) << " %  " << what << std::flush;
  }
  return !interrupted;
}

} // namespace

bool calibrate(tandem::runtime& which, double seconds, bool quiet) {
  interrupted = false;
  auto* const before = std::signal(SIGINT, on_interrupt);
  bool const complete = which.calibrate(seconds, show, &quiet);
  std::signal(SIGINT, before);
  if (!quiet && isatty(STDERR_FILENO) != 0) {
    std::cerr << "\r\x1b[K" << std::flush;
  }
  return complete;
}

void add_calibrate(CLI::App& app, common_options& common) {
  auto const seconds = std::make_shared<double>(1.5);
  CLI::App* const command = app.add_subcommand(
      "calibrate", "Measures the CPU and the GPU for the cost model (Ctrl-C keeps the old profile)");
  command->add_option("--seconds", *seconds, "How long to measure")
      ->check(CLI::Range(0.2, 60.0))
      ->capture_default_str();
  auto const files = std::make_shared<program_files>();
  files->add_options(*command);
  command->callback([&common, seconds, files] {
    tandem::runtime_options options;
    options.device = device_to_measure(common.device);
    if (options.device.empty()) {
      options.device = "cpu";
    }
    tandem::runtime measured(options);
    std::string const device = measured.find_device();
    std::cout << "CPU: " << measured.threads() << " threads; GPU: " << (device.empty() ? "none" : device)
              << '\n';
    std::cout << (calibrate(measured, *seconds, common.quiet) ? "profile stored\n"
                                                              : "interrupted: the profile is as it was\n");
    auto const known = measured.current_profile();
    files->write([&] { return profile_json(known); }, [&] { return profile_csv(known); });
  });
}

} // namespace tandem_bench
