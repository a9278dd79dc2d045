#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace tandem_bench {

double median(std::span<double const> values) {
  if (values.empty()) {
    return 0.0;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::size_t const half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

double median_deviation(std::span<double const> values) {
  double const middle = median(values);
  std::vector<double> distances(values.size());
  std::transform(values.begin(), values.end(), distances.begin(),
                 [middle](double value) { return std::abs(value - middle); });
  return median(distances);
}

double geometric_mean(std::span<double const> values) {
  if (values.empty()) {
    return 1.0;
  }
  double logs = 0.0;
  for (double const value : values) {
    logs += std::log(value);
  }
  return std::exp(logs / static_cast<double>(values.size()));
}

double quantile(std::span<double const> values, double share) {
  if (values.empty()) {
    return 0.0;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  double const rank = std::ceil(share * static_cast<double>(sorted.size()));
  auto const index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

std::optional<double> crossover(std::span<std::size_t const> sizes, std::span<double const> incumbent,
                                std::span<double const> challenger) {
  if (sizes.size() != incumbent.size() || sizes.size() != challenger.size()) {
    throw std::invalid_argument("crossover: sizes, incumbent and challenger must have the same length");
  }
  std::size_t first_win = sizes.size();
  while (first_win > 0 && challenger[first_win - 1] < incumbent[first_win - 1]) {
    --first_win;
  }
  if (first_win == sizes.size()) {
    return std::nullopt;
  }
  if (first_win == 0) {
    return static_cast<double>(sizes[0]);
  }
  // The logarithm of the ratio falls through zero somewhere between the last loss and the first win.
  double const before = std::log(challenger[first_win - 1] / incumbent[first_win - 1]);
  double const after = std::log(challenger[first_win] / incumbent[first_win]);
  double const share = before / (before - after);
  double const low = std::log(static_cast<double>(sizes[first_win - 1]));
  double const high = std::log(static_cast<double>(sizes[first_win]));
  return std::exp(low + share * (high - low));
}

} // namespace tandem_bench
