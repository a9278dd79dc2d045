#pragma once

#include "calibrate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

namespace tandem::gpu {
class device;
}

namespace tandem::detail {

/// Tells the caller of a calibration how far it is, and remembers being told to stop.
class progress {
 public:
  progress(progress_function report, void* context) : report_(report), context_(context) {}

  /// The following steps cover [start, start + share] of the whole.
  void span(double start, double share) noexcept {
    start_ = start;
    share_ = share;
    step_ = 0;
  }

  void say(char const* what) {
    auto const inside = 1 - std::pow(0.85, step_++);
    if (report_ != nullptr && !stopped_)
      stopped_ = !report_(context_, start_ + share_ * inside, what);
  }

  bool stopped() const noexcept { return stopped_; }

 private:
  progress_function report_;
  void* context_;
  double start_ = 0;
  double share_ = 1;
  int step_ = 0;
  bool stopped_ = false;
};

inline double median_of(std::vector<double>& values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// When a calibration has taken far longer than it should (on a busy machine), what is left is measured once
/// each.
inline thread_local std::chrono::steady_clock::time_point hurry_from =
    std::chrono::steady_clock::time_point::max();

/// Times of one call, in µs.
struct timing {
  double median_us;
  double fastest_us;
  std::size_t samples;
};

/// The first call is dropped. Repeats until the budget is spent and the samples agree (median absolute
/// deviation under 5 % of the median), at most twice the budget; at least three samples, unless the whole
/// calibration is late.
template <class Clock = std::chrono::steady_clock, class F>
timing time_of(double budget_s, F&& f) {
  using clock = Clock;
  f();
  std::vector<double> samples;
  auto const start = clock::now();
  for (;;) {
    auto const before = clock::now();
    f();
    auto const after = clock::now();
    samples.push_back(std::chrono::duration<double, std::micro>(after - before).count());
    auto const spent_s = std::chrono::duration<double>(after - start).count();
    bool const hurries = std::chrono::steady_clock::now() > hurry_from;
    if (!hurries && (samples.size() < 3 || spent_s < budget_s))
      continue;
    auto const median = median_of(samples);
    auto deviations = samples;
    for (auto& value : deviations)
      value = std::abs(value - median);
    if (hurries || median_of(deviations) < 0.05 * median || spent_s > 2 * budget_s)
      return {.median_us = median,
              .fastest_us = *std::min_element(samples.begin(), samples.end()),
              .samples = samples.size()};
  }
}

template <class F>
double median_us(double budget_s, F&& f) {
  return time_of(budget_s, f).median_us;
}

/// What the machine can do when nobody else uses it, for numbers that a busy neighbour would spoil.
template <class F>
double fastest_us(double budget_s, F&& f) {
  return time_of(budget_s, f).fastest_us;
}

/// Measured over modelled time of a class, as far as it can be believed.
inline float believable_factor(double measured_us, double modelled_us) {
  return static_cast<float>(std::clamp(measured_us / modelled_us, 0.05, 20.0));
}

cpu_profile measure_cpu(runtime_core& core, double budget_s, progress& shown);
/// How the algorithm classes on one thread compare with the model of `measured`, whose other numbers are set.
class_factors measure_cpu_classes(cpu_profile const& measured, double budget_s, progress& shown);
device_profile measure_device(gpu::device& device, device_profile before, double budget_s, progress& shown);

} // namespace tandem::detail
