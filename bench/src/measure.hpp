// One measuring harness for every suite: contenders in turn, medians of many short samples.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tandem_bench {

/// What one call costs, and how sure that is.
struct timing {
  double median_ns = 0.0;
  double deviation_ns = 0.0; ///< median absolute deviation
  std::size_t samples = 0;   ///< zero: not measured
};

/// One way of doing the work. `prepare` runs before every sample, outside the clock.
struct contender {
  std::string name;
  std::function<void()> run;
  std::function<void()> prepare = {};
};

/// How long to measure, and with which clock.
struct measure_options {
  double budget_ns = 30e6; ///< per contender, all samples together; the least number of samples may exceed it
  double sample_ns = 20e3; ///< calls are repeated within a sample until it takes about this long
  std::size_t least_samples = 5;
  std::size_t most_samples = 51;
  std::function<double()> clock = {}; ///< nanoseconds; the steady clock when empty
};

/// Measures the contenders in turn, sample by sample and in rotating order, so that a disturbance hits all of
/// them. A first, untimed call of each warms up; the second decides how many calls make a sample.
std::vector<timing> measure(std::span<contender const> contenders, measure_options const& options);

/// Keeps the compiler from dropping a result nobody reads.
template <class T>
inline void keep(T const& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

} // namespace tandem_bench
