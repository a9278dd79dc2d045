// Counts latencies in buckets of one eighth of a power of two: nothing is allocated, quantiles are within an
// eighth.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

namespace tandem::detail {

class latency_histogram {
 public:
  void add(std::chrono::nanoseconds time) noexcept {
    ++counts_[bucket_of(time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0)];
    ++total_;
  }

  /// The smallest bound that at least this part of all latencies does not exceed.
  std::chrono::nanoseconds quantile(double part) const noexcept {
    auto const wanted = static_cast<std::uint64_t>(part * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || (seen == total_ && total_ > 0))
        return std::chrono::nanoseconds(bound_of(i));
    }
    return {};
  }

 private:
  static std::size_t bucket_of(std::uint64_t ns) noexcept {
    if (ns < 8)
      return static_cast<std::size_t>(ns);
    auto const exponent = static_cast<unsigned>(std::bit_width(ns)) - 1;
    return (exponent - 2) * 8 + ((ns >> (exponent - 3)) & 7);
  }
  static std::int64_t bound_of(std::size_t bucket) noexcept {
    if (bucket < 8)
      return static_cast<std::int64_t>(bucket);
    auto const exponent = bucket / 8 + 2;
    return static_cast<std::int64_t>((8 + bucket % 8 + 1) << (exponent - 3)) - 1;
  }

  std::array<std::uint64_t, 8 * 63> counts_{};
  std::uint64_t total_ = 0;
};

} // namespace tandem::detail
