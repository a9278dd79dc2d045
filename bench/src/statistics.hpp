// Robust statistics: medians, because a mean believes every interruption.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tandem_bench {

/// The middle of the values (mean of the two middle ones when there is an even number); 0 for none.
double median(std::span<double const> values);

/// Median absolute deviation from the median: how much single measurements scatter.
double median_deviation(std::span<double const> values);

/// Geometric mean of positive values; 1 for none.
double geometric_mean(std::span<double const> values);

/// The value below which `share` (0…1) of the values lie, nearest rank; 0 for none.
double quantile(std::span<double const> values, double share);

/// The n from which on the challenger is faster than the incumbent at every larger measured n as well, found
/// between two measured sizes by straight lines in log-log space. None when the challenger loses at the
/// largest size; the smallest size when it wins everywhere. The spans have one time per size, sizes
/// ascending.
std::optional<double> crossover(std::span<std::size_t const> sizes, std::span<double const> incumbent,
                                std::span<double const> challenger);

} // namespace tandem_bench
