#pragma once

#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/execution.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>

namespace tandem::cpu {
namespace detail {

inline constexpr std::size_t histogram_tables =
    8; ///< so that equal neighbours do not wait for each other's stores
inline constexpr std::size_t histogram_tile = 2048;
inline constexpr std::size_t histogram_private_bins = std::size_t{1} << 15;

/// where[i] = the bin of in[i], or `bins` for one outside (negative ones included).
template <class T, class F>
void bins_of(isa level, T const* in, std::size_t n, std::size_t bins, std::uint32_t* where, F& f) {
  vectorised_if<vectorisable<T>>(level, [=, limit = static_cast<std::uint32_t>(bins), bin_of = hold(f)] {
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t i = 0; i < n; ++i) {
      auto const bin = bin_of(in[i]);
      static_assert(std::is_integral_v<std::remove_cvref_t<decltype(bin)>> ||
                        std::is_enum_v<std::remove_cvref_t<decltype(bin)>>,
                    "the function of a histogram must return the number of a bin");
      if constexpr (sizeof(bin) <= 4) {
        auto const number = static_cast<std::uint32_t>(bin);
        where[i] = number < limit ? number : limit;
      } else {
        auto const number = static_cast<std::uint64_t>(bin);
        where[i] = number < limit ? static_cast<std::uint32_t>(number) : limit;
      }
    }
  });
}

/// A thread's own counts: `tables` counters side by side for each of bins + 1 bins, the last for what fell
/// outside.
class private_histogram {
 public:
  private_histogram(std::size_t bins, bool several)
      : bins_(bins + 1), tables_(several ? histogram_tables : 1),
        counts_(new std::uint32_t[bins_ * tables_]()) {}

  void add(std::uint32_t const* where, std::size_t n) noexcept {
    auto* const counts = counts_.get();
    std::size_t i = 0;
    if (tables_ == histogram_tables) {
      for (; i + histogram_tables <= n; i += histogram_tables)
        for (std::size_t t = 0; t < histogram_tables; ++t)
          ++counts[std::size_t{where[i + t]} * histogram_tables + t];
      for (; i < n; ++i)
        ++counts[std::size_t{where[i]} * histogram_tables];
    } else {
      for (; i < n; ++i)
        ++counts[where[i]];
    }
    added_ += n;
  }

  /// Before 32 bits could overflow.
  bool full() const noexcept { return added_ > 0xf0000000u; }

  template <class Count>
  void give(Count* bins, std::atomic<std::size_t>& outside) {
    for (std::size_t b = 0; b < bins_; ++b) {
      std::uint64_t sum = 0;
      for (std::size_t t = 0; t < tables_; ++t)
        sum += counts_[b * tables_ + t];
      if (b + 1 == bins_)
        outside.fetch_add(sum, std::memory_order_relaxed);
      else if (sum != 0)
        std::atomic_ref<Count>(bins[b]).fetch_add(static_cast<Count>(sum), std::memory_order_relaxed);
    }
    std::memset(counts_.get(), 0, bins_ * tables_ * sizeof(std::uint32_t));
    added_ = 0;
  }

 private:
  std::size_t bins_, tables_;
  std::size_t added_ = 0;
  std::unique_ptr<std::uint32_t[]> counts_;
};

} // namespace detail

/// counts[f(x)] += 1 for every element; returns how many had f(x) outside [0, bins). f returns an integer.
/// Adds to what counts hold; bins is below 2^32. Private tables for each thread while they fit the caches,
/// atomic additions else.
template <class T, class Count, class F>
std::size_t histogram(execution const& how, std::size_t n, T const* in, std::size_t bins, Count* counts,
                      F&& f) {
  using namespace detail;
  std::atomic<std::size_t> outside{0};
  auto const tiles = n / histogram_tile + (n % histogram_tile != 0);
  bool const shared = bins > histogram_private_bins;
  std::atomic<std::size_t> next{0};
  auto const work = [&](std::size_t) {
    std::uint32_t where[histogram_tile];
    private_histogram mine(shared ? 0 : bins, !shared && n >= 8 * bins && bins <= 4096);
    for (auto t = next.fetch_add(8); t < tiles; t = next.fetch_add(8)) // 8 tiles: 16 Ki elements
      for (auto tile = t; tile < t + 8 && tile < tiles; ++tile) {
        auto const first = tile * histogram_tile,
                   count = n - first < histogram_tile ? n - first : histogram_tile;
        bins_of(how.level, in + first, count, bins, where, f);
        if (!shared) {
          mine.add(where, count);
          if (mine.full())
            mine.give(counts, outside);
          continue;
        }
        for (std::size_t i = 0; i < count; ++i)
          if (where[i] < bins)
            std::atomic_ref<Count>(counts[where[i]]).fetch_add(1, std::memory_order_relaxed);
          else
            outside.fetch_add(1, std::memory_order_relaxed);
      }
    if (!shared)
      mine.give(counts, outside);
  };
  auto const threads = how.workers == nullptr ? 1 : how.workers->threads();
  if (threads == 1 || tiles <= 1)
    work(0);
  else
    how.workers->for_workers(threads < tiles ? threads : tiles, work);
  return outside.load();
}

} // namespace tandem::cpu
