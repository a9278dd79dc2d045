#include "measure.hpp"

#include "statistics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tandem_bench {
namespace {

double steady_clock_ns() {
  using namespace std::chrono;
  return duration<double, std::nano>(steady_clock::now().time_since_epoch()).count();
}

// One contender on its way through the rounds.
struct runner {
  contender const* subject;
  std::size_t calls_per_sample = 1;
  std::size_t wanted_samples = 0;
  std::vector<double> samples;

  double take(std::function<double()> const& clock) const {
    double spent = 0.0;
    if (!subject->prepare) {
      double const start = clock();
      for (std::size_t call = 0; call < calls_per_sample; ++call) {
        subject->run();
      }
      spent = clock() - start;
    } else {
      for (std::size_t call = 0; call < calls_per_sample; ++call) {
        subject->prepare();
        double const start = clock();
        subject->run();
        spent += clock() - start;
      }
    }
    return spent / static_cast<double>(calls_per_sample);
  }

  void plan(measure_options const& options, std::function<double()> const& clock) {
    take(clock);
    double const once_ns = std::max(take(clock), 1.0);
    calls_per_sample =
        static_cast<std::size_t>(std::clamp(std::ceil(options.sample_ns / once_ns), 1.0, 4096.0));
    double const affordable = options.budget_ns / (once_ns * static_cast<double>(calls_per_sample));
    wanted_samples = static_cast<std::size_t>(std::clamp(
        affordable, static_cast<double>(options.least_samples), static_cast<double>(options.most_samples)));
    samples.reserve(wanted_samples);
  }
};

} // namespace

std::vector<timing> measure(std::span<contender const> contenders, measure_options const& options) {
  std::function<double()> const clock = options.clock ? options.clock : steady_clock_ns;
  std::vector<runner> runners;
  runners.reserve(contenders.size());
  std::size_t rounds = 0;
  for (contender const& subject : contenders) {
    runners.push_back({&subject, 1, 0, {}});
    runners.back().plan(options, clock);
    rounds = std::max(rounds, runners.back().wanted_samples);
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < runners.size(); ++i) {
      runner& next = runners[(i + round) % runners.size()];
      if (next.samples.size() < next.wanted_samples) {
        next.samples.push_back(next.take(clock));
      }
    }
  }
  std::vector<timing> results;
  results.reserve(runners.size());
  for (runner const& done : runners) {
    results.push_back({median(done.samples), median_deviation(done.samples), done.samples.size()});
  }
  return results;
}

} // namespace tandem_bench
