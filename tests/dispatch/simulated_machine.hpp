// Machines that exist only as numbers: what they really take differs from what their profile says, with noise and spikes.
#pragma once

#include <tandem/decision.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace tandem::test {

struct simulated_machine {
  std::string name;
  machine state;
  profile truth;
  double device_slowdown = 1; ///< drift: every device takes this many times its true time
};

inline device_profile simulated_gpu(char const* name, double submit_us, double gb_per_s, double ns_per_operation, double bus_gb_per_s) {
  device_profile device{.name = name, .uuid = "u", .driver = "d"};
  device.submit_us = submit_us;
  device.gb_per_s = gb_per_s;
  device.ns_per_operation = ns_per_operation;
  device.upload = {{1e3, 5}, {1e9, 5 + 1e6 / bus_gb_per_s}};
  device.download = device.upload;
  return device;
}

inline simulated_machine simulated(char const* name, unsigned threads, double cpu_gb_per_s, std::vector<device_profile> devices) {
  simulated_machine one{.name = name, .state = {.threads = threads, .devices = {}}, .truth = {}};
  one.truth.cpu = {.name = name, .threads = threads};
  one.truth.cpu.bandwidth = {{1e4, 50, 50.0 * threads}, {1e7, 20, 1.5 * cpu_gb_per_s}, {1e9, 12, cpu_gb_per_s}};
  for (auto const& device : devices)
    one.state.devices.push_back({.name = device.name});
  one.truth.devices = std::move(devices);
  return one;
}

inline std::vector<simulated_machine> simulated_machines() {
  return {simulated("2 cores, no GPU", 2, 20, {}),
          simulated("64 cores, no GPU", 64, 300, {}),
          simulated("integrated", 8, 40, {simulated_gpu("integrated", 15, 35, 4e-3, 30)}),
          simulated("slow bus", 8, 40, {simulated_gpu("discrete", 12, 400, 2e-4, 3)}),
          simulated("H200", 16, 100, {simulated_gpu("H200", 8, 4300, 2e-5, 50)}),
          simulated("GPU slower than the CPU", 16, 100, {simulated_gpu("software", 200, 8, 0.2, 10)}),
          simulated("two GPUs", 8, 40, {simulated_gpu("integrated", 15, 35, 4e-3, 30), simulated_gpu("discrete", 12, 400, 2e-4, 12)})};
}

inline request simulated_map(std::size_t n, double work, bool resident) {
  auto const bytes = 4.0 * static_cast<double>(n);
  request asked{.kind = algorithm::map, .n = n, .read_bytes = bytes, .written_bytes = bytes, .work_per_element = work};
  asked.upload_bytes = resident ? 0 : bytes;
  asked.download_bytes = resident ? 0 : bytes;
  asked.kernel = kernel_state::ready;
  asked.traceable = true;
  asked.device_types = true;
  return asked;
}

/// The profile somebody would have measured: every number off by up to ±`error`.
inline profile mismeasured(profile truth, double error, std::mt19937_64& random) {
  std::uniform_real_distribution<double> off(1 - error, 1 + error);
  truth.cpu.fork_us *= off(random);
  truth.cpu.ns_per_operation *= off(random);
  for (auto& sample : truth.cpu.bandwidth) {
    sample.gb_per_s_serial *= off(random);
    sample.gb_per_s_parallel *= off(random);
  }
  for (auto& device : truth.devices) {
    device.submit_us *= off(random);
    device.gb_per_s *= off(random);
    device.ns_per_operation *= off(random);
    auto const bus = off(random);
    for (auto& sample : device.upload)
      sample.microseconds *= bus;
    for (auto& sample : device.download)
      sample.microseconds *= bus;
  }
  return truth;
}

/// What each candidate really takes, without noise; infinite where impossible. Same order as decision::candidates.
inline std::vector<double> true_times_us(simulated_machine const& on, request const& asked) {
  auto plain = asked;
  plain.parallel_correction = 1;
  plain.device_correction.fill(1);
  auto const made = decide_quickly(plain, on.state, on.truth);
  std::vector<double> times;
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& way = made.candidates[i];
    auto const slowed = way.where == backend::gpu ? on.device_slowdown : 1;
    times.push_back(way.possible ? way.total_us * slowed : HUGE_VAL);
  }
  return times;
}

/// Multiplicative noise of ±8 % (one sigma) with a spike of ten times in one call of a hundred.
inline double noisy(double us, std::mt19937_64& random) {
  std::normal_distribution<double> noise(0, 0.08);
  std::uniform_int_distribution<int> hundred(0, 99);
  return us * std::exp(noise(random)) * (hundred(random) == 0 ? 10 : 1);
}

} // namespace tandem::test
