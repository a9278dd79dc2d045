#pragma once

#include <tandem/decision.hpp>

#include <algorithm>

namespace tandem::detail {

inline constexpr double largest_crossover = 1099511627776.0; // 2^40

inline bool uses_gpu(candidate const& way) noexcept {
  return way.where == backend::gpu || way.where == backend::both;
}

/// The same call on n elements.
inline request scaled(request asked, double n) {
  auto const factor = n / std::max<double>(1, static_cast<double>(asked.n));
  asked.read_bytes *= factor;
  asked.written_bytes *= factor;
  asked.upload_bytes *= factor;
  asked.download_bytes *= factor;
  asked.fetched_bytes *= factor;
  asked.merged_bytes *= factor;
  asked.n = static_cast<std::size_t>(n);
  return asked;
}

/// In GPU-BLOB's sense: the smallest of n's quarter-octaves from which on every decide(request) uses a GPU; 0
/// if there is none.
template <class Decide>
std::size_t crossover_of(request asked, Decide const& decide) {
  asked.settled = -1;
  std::size_t found = 0;
  for (double n = 256; n <= largest_crossover; n *= 1.189207115002721) { // 2^(1/4)
    if (!uses_gpu(decide(scaled(asked, n)).chosen))
      found = 0;
    else if (found == 0)
      found = static_cast<std::size_t>(n);
  }
  return found;
}

} // namespace tandem::detail
