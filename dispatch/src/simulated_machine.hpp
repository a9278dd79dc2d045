// Machines that exist only as numbers: what they really take differs from what their profile says, with
// noise, spikes and drift. For the tests and for `tandem-bench regret`; time passes only where somebody adds
// to it.
#pragma once

#include "class_costs.hpp"
#include "learned_decision.hpp"

#include <tandem/decision.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace tandem::simulation {

struct simulated_machine {
  std::string name;
  machine state;
  profile truth;
  double device_slowdown = 1; ///< drift: every device takes this many times its true time
};

inline device_profile simulated_gpu(char const* name, double submit_us, double gb_per_s,
                                    double ns_per_operation, double bus_gb_per_s) {
  device_profile device{.name = name, .uuid = "u", .driver = "d"};
  device.submit_us = submit_us;
  device.gb_per_s = gb_per_s;
  device.ns_per_operation = ns_per_operation;
  device.upload = {{1e3, 5}, {1e9, 5 + 1e6 / bus_gb_per_s}};
  device.download = device.upload;
  return device;
}

inline simulated_machine simulated(char const* name, unsigned threads, double cpu_gb_per_s,
                                   std::vector<device_profile> devices) {
  simulated_machine one{.name = name, .state = {.threads = threads, .devices = {}}, .truth = {}};
  one.truth.cpu = {.name = name, .threads = threads};
  one.truth.cpu.bandwidth = {
      {1e4, 50, 50.0 * threads}, {1e7, 20, 1.5 * cpu_gb_per_s}, {1e9, 12, cpu_gb_per_s}};
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
          simulated(
              "two GPUs", 8, 40,
              {simulated_gpu("integrated", 15, 35, 4e-3, 30), simulated_gpu("discrete", 12, 400, 2e-4, 12)})};
}

/// One algorithm of each class of the model.
inline constexpr std::array algorithm_classes{algorithm::map,
                                              algorithm::reduce,
                                              algorithm::scan,
                                              algorithm::filter,
                                              algorithm::histogram,
                                              algorithm::radix_sort,
                                              algorithm::comparison_sort,
                                              algorithm::by_key};

/// A call on n elements of 4 bytes, whose kernel is compiled.
inline request simulated_request(algorithm kind, std::size_t n, double work, bool resident) {
  auto const bytes = 4.0 * static_cast<double>(n);
  auto const keeps_output = kind == algorithm::reduce || kind == algorithm::histogram;
  request asked{.kind = kind,
                .n = n,
                .read_bytes = bytes,
                .written_bytes = keeps_output ? 0 : bytes,
                .work_per_element = work};
  if (kind == algorithm::by_key)
    asked.read_bytes *= 2;
  asked.upload_bytes = resident ? 0 : asked.read_bytes;
  asked.download_bytes = resident ? 0 : asked.written_bytes;
  asked.kernel = kernel_state::ready;
  asked.traceable = true;
  asked.device_types = true;
  return asked;
}

inline request simulated_map(std::size_t n, double work, bool resident) {
  return simulated_request(algorithm::map, n, work, resident);
}

/// The profile somebody would have measured: every number off by up to ±`error`.
inline profile mismeasured(profile truth, double error, std::mt19937_64& random) {
  std::uniform_real_distribution<double> off(1 - error, 1 + error);
  auto const spoil = [&](class_factors& factors) {
    for (auto& factor : factors)
      factor *= static_cast<float>(off(random));
  };
  truth.cpu.fork_us *= off(random);
  truth.cpu.ns_per_operation *= off(random);
  for (auto& sample : truth.cpu.bandwidth) {
    sample.gb_per_s_serial *= off(random);
    sample.gb_per_s_parallel *= off(random);
  }
  spoil(truth.cpu.factors);
  for (auto& device : truth.devices) {
    device.submit_us *= off(random);
    device.gb_per_s *= off(random);
    device.ns_per_operation *= off(random);
    auto const bus = off(random);
    for (auto& sample : device.upload)
      sample.microseconds *= bus;
    for (auto& sample : device.download)
      sample.microseconds *= bus;
    spoil(device.factors);
  }
  return truth;
}

/// What `way` really takes, without noise; infinite where impossible.
inline double true_time_us(simulated_machine const& on, request const& asked, candidate const& way) {
  auto plain = asked;
  plain.serial_correction = 1;
  plain.parallel_correction = 1;
  plain.device_correction.fill(1);
  auto const made = decide_quickly(plain, on.state, on.truth);
  for (std::size_t i = 0; i < made.candidate_count; ++i) {
    auto const& truly = made.candidates[i];
    if (truly.where == way.where && truly.device == way.device)
      return truly.possible ? truly.total_us * (way.where == backend::gpu ? on.device_slowdown : 1)
                            : HUGE_VAL;
  }
  return made.candidates[0].total_us +
         on.truth.cpu.fork_us; // threads, for a call that the truth finds too small to look at them
}

/// The same for each candidate of a decision in turn.
inline std::vector<double> true_times_us(simulated_machine const& on, request const& asked) {
  auto const made = decide_quickly(asked, on.state, on.truth);
  std::vector<double> times;
  for (std::size_t i = 0; i < made.candidate_count; ++i)
    times.push_back(true_time_us(on, asked, made.candidates[i]));
  return times;
}

/// Multiplicative noise of ±8 % (one sigma) with a spike of ten times in one call of a hundred.
inline double noisy(double us, std::mt19937_64& random) {
  std::normal_distribution<double> noise(0, 0.08);
  std::uniform_int_distribution<int> hundred(0, 99);
  return us * std::exp(noise(random)) * (hundred(random) == 0 ? 10 : 1);
}

struct outcome {
  double regret; ///< true time of the choice over true time of the best
  backend where;
  int device;
  bool probe;
  double taken_us; ///< with noise
};

/// One call: decide, take a noisy time, learn. `site` is an address that stands for the call site.
inline outcome simulate_call(simulated_machine const& on, profile const& believed, request const& asked,
                             detail::learner& learned, void const* site, std::mt19937_64& random) {
  auto const made = detail::decide_learned(asked, on.state, believed, learned, site);
  auto const times = true_times_us(on, asked);
  auto const taken = true_time_us(on, asked, made.chosen);
  auto const measured = noisy(taken, random);
  detail::observe(made, learned, site, measured);
  return {.regret = std::max(1.0, taken / *std::min_element(times.begin(), times.end())),
          .where = made.chosen.where,
          .device = made.chosen.device,
          .probe = made.why == reason::probe,
          .taken_us = measured};
}

struct regret_summary {
  double geomean = 1;
  double p99 = 1;
  double worst = 1;
  std::size_t calls = 0;
};

inline regret_summary summarise(std::vector<double> regrets) {
  if (regrets.empty())
    return {};
  std::sort(regrets.begin(), regrets.end());
  double logs = 0;
  for (auto const regret : regrets)
    logs += std::log(regret);
  return {.geomean = std::exp(logs / static_cast<double>(regrets.size())),
          .p99 = regrets[regrets.size() * 99 / 100],
          .worst = regrets.back(),
          .calls = regrets.size()};
}

/// The whole grid on one machine: n = 2^8 … 2^26 × work × residency, `calls` of each on a learner that starts
/// empty.
inline std::vector<double> regrets_of(simulated_machine const& on, profile const& believed, algorithm kind,
                                      int calls, std::mt19937_64& random) {
  std::vector<double> regrets;
  int const site = 0;
  for (int log_n = 8; log_n <= 26; ++log_n)
    for (double const work : {1.0, 30.0, 1000.0})
      for (bool const resident : {false, true}) {
        detail::learner learned;
        auto const asked = simulated_request(kind, std::size_t{1} << log_n, work, resident);
        for (int i = 0; i < calls; ++i)
          regrets.push_back(simulate_call(on, believed, asked, learned, &site, random).regret);
      }
  return regrets;
}

} // namespace tandem::simulation
