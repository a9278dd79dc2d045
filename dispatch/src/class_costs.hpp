#pragma once

#include <tandem/decision.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace tandem::detail {

/// What an algorithm class costs besides the user's lambda, on the CPU and on a GPU.
struct class_cost {
  double operations;   ///< weighted, an element; the unit is a float multiplication of a vectorised loop
  double passes;       ///< over memory, relative to one that reads its input and writes its output once
  double kernels;      ///< that follow one another
  double lambda_calls; ///< an element
};

/// The logarithm to the base 2 of a positive number, exact for powers of two and straight between them: within
/// 0.09, in a nanosecond.
inline double octaves(double x) noexcept {
  return static_cast<double>(std::bit_cast<std::uint64_t>(x)) * 0x1p-52 - 1023;
}

/// How often a comparison sort halves n elements before `leaf` are left.
inline double levels(double n, double leaf) {
  return std::max(1.0, octaves(std::max(n, 2.0) / leaf));
}

/// Digits of 8 bits that a radix sort makes of a key: the written bytes of one element, as far as a key goes.
inline double digits(request const& asked) {
  return std::clamp(asked.written_bytes / std::max<double>(1, static_cast<double>(asked.n)), 1.0, 8.0);
}

/// Operations are rough figures for the loops of cpu/ on data within the caches; calibration measures each class
/// that has some and corrects it for the machine at hand (cpu_profile::factors).
inline class_cost cpu_cost(request const& asked) {
  auto const n = static_cast<double>(asked.n);
  switch (asked.kind) {
  case algorithm::scan:
    return {.operations = 4, .passes = 1, .kernels = 1, .lambda_calls = 1};
  case algorithm::filter:
    return {.operations = 6, .passes = 1, .kernels = 1, .lambda_calls = 1};
  case algorithm::histogram:
    return {.operations = 12, .passes = 1, .kernels = 1, .lambda_calls = 1};
  case algorithm::radix_sort: // on the CPU a quicksort with vector instructions
    return {.operations = 5 * levels(n, 1),
            .passes = std::max(1.0, levels(n, 1 << 17)),
            .kernels = 1,
            .lambda_calls = 0};
  case algorithm::comparison_sort:
    return {.operations = 40 * levels(n, 1),
            .passes = std::max(1.0, levels(n, 1 << 17)),
            .kernels = 1,
            .lambda_calls = levels(n, 1)};
  case algorithm::by_key:
    return {.operations = 24, .passes = 1.5, .kernels = 1, .lambda_calls = 1};
  default:
    return {.operations = 0, .passes = 1, .kernels = 1, .lambda_calls = 1};
  }
}

/// Passes and kernels as gpu/src/algorithms makes them.
inline class_cost gpu_cost(request const& asked) {
  auto const n = static_cast<double>(asked.n);
  switch (asked.kind) {
  case algorithm::reduce:
  case algorithm::map_reduce:
    return {.operations = 1, .passes = 1, .kernels = 2, .lambda_calls = 1};
  case algorithm::scan: // reduce, scan of the totals, scan
    return {.operations = 4, .passes = 1.5, .kernels = 3, .lambda_calls = 2};
  case algorithm::filter: // count, scan, scatter
    return {.operations = 6, .passes = 1.5, .kernels = 3, .lambda_calls = 2};
  case algorithm::histogram:
    return {.operations = 8, .passes = 1, .kernels = 2, .lambda_calls = 1};
  case algorithm::radix_sort: // count, scan and scatter for each digit
    return {.operations = 24 * digits(asked),
            .passes = 1.5 * digits(asked),
            .kernels = 3 * digits(asked),
            .lambda_calls = 0};
  case algorithm::comparison_sort: // sorted tiles, then merges
    return {.operations = 12 * levels(n, 1),
            .passes = 1 + levels(n, 4096),
            .kernels = 1 + 2 * std::ceil(levels(n, 4096)),
            .lambda_calls = levels(n, 1)};
  case algorithm::by_key:
    return {.operations = 12, .passes = 2.5, .kernels = 5, .lambda_calls = 2};
  default:
    return {.operations = 0, .passes = 1, .kernels = 1, .lambda_calls = 1};
  }
}

/// Weighted operations of the whole call.
inline double operations_of(request const& asked, class_cost const& cost) {
  return static_cast<double>(asked.n) * (cost.operations + cost.lambda_calls * asked.work_per_element);
}

inline double factor_of(class_factors const& factors, algorithm kind) {
  return static_cast<double>(factors[static_cast<std::size_t>(kind)]);
}

} // namespace tandem::detail
