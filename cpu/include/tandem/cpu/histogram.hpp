#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/execution.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace tandem::cpu {
namespace detail {

inline constexpr std::size_t histogram_tile = 2048;
inline constexpr std::size_t histogram_private_bins = std::size_t{1} << 15; ///< whose numbers 16 bits hold
inline constexpr std::size_t histogram_split_bins = 4096; ///< several tables of them fit the first cache

/// where[i] = the bin of in[i], or `bins` for one outside (negative ones included).
template <bool Wide, class T, class Where, class F>
void bins_of(isa level, T const* in, std::size_t n, std::size_t bins, Where* where, F& f) {
  vectorised_if<Wide && vectorisable<T>>(
      level, [=, limit = static_cast<std::uint32_t>(bins), bin_of = hold(f)] {
        TANDEM_INDEPENDENT_ITERATIONS
        for (std::size_t i = 0; i < n; ++i) {
          auto const bin = bin_of(in[i]);
          static_assert(std::is_integral_v<std::remove_cvref_t<decltype(bin)>> ||
                            std::is_enum_v<std::remove_cvref_t<decltype(bin)>>,
                        "the function of a histogram must return the number of a bin");
          if constexpr (sizeof(bin) <= 4) {
            auto const number = static_cast<std::uint32_t>(bin);
            where[i] = static_cast<Where>(number < limit ? number : limit);
          } else {
            auto const number = static_cast<std::uint64_t>(bin);
            where[i] = static_cast<Where>(number < limit ? number : limit);
          }
        }
      });
}

/// A thread's own counts of bins + 1 bins, the last for what fell outside; at most histogram_private_bins of them.
/// `split`: neighbours count in tables of their own, so that equal ones do not wait for each other's stores; stretches
/// of equals are counted at once, and so is a value that is much of what there is.
class TANDEM_API private_histogram {
 public:
  private_histogram(isa level, std::size_t bins, bool split);

  /// Counts bins of up to histogram_tile elements.
  void add(std::uint16_t const* where, std::size_t n) noexcept;

  /// Before 32 bits could overflow.
  bool full() const noexcept { return added_ > 0xf0000000u; }

  template <class Count>
  void give(Count* bins, std::atomic<std::size_t>& outside) {
    join_tables();
    outside.fetch_add(totals_[bins_ - 1], std::memory_order_relaxed);
    for (std::size_t b = 0; b + 1 < bins_; ++b)
      if (totals_[b] != 0)
        std::atomic_ref<Count>(bins[b]).fetch_add(static_cast<Count>(totals_[b]), std::memory_order_relaxed);
    clear();
  }

 private:
  static constexpr std::size_t tables = 8;

  void add_split(std::uint16_t const* where, std::size_t n) noexcept;
  void add_tile(std::uint16_t const* where, std::size_t n) noexcept;
  template <std::size_t Tables>
  void count(std::uint16_t const* where, std::size_t n) noexcept;
  void join_tables() noexcept;
  void clear() noexcept;

  isa level_;
  std::size_t bins_;
  std::size_t added_ = 0;      ///< since the last clear()
  std::size_t in_tables_ = 0;  ///< since the last join_tables()
  std::uint16_t frequent_ = 0; ///< the last value that was counted apart
  std::unique_ptr<std::uint32_t[]> totals_;
  std::unique_ptr<std::uint16_t[]> tables_; ///< one behind the other; none where not split
};

inline constexpr std::size_t byte_values = 256;
inline constexpr std::size_t bytes_counted_from = 2048; ///< fewer are not worth tables of all values

/// counts[b] = how many bytes of in[0, n) are b, for all 256.
TANDEM_API void count_bytes(execution const& how, std::size_t n, std::uint8_t const* in,
                            std::uint64_t* counts);

/// Numbers of one byte are counted as they are; f says once of each value that occurs where it belongs.
template <class T, class Count, class F>
std::size_t histogram_of_bytes(execution const& how, std::size_t n, T const* in, std::size_t bins,
                               Count* counts, F& f) {
  static_assert(sizeof(T) == 1);
  std::uint64_t found[byte_values], times[byte_values];
  count_bytes(how, n, reinterpret_cast<std::uint8_t const*>(in), found);
  T values[byte_values] = {};
  std::size_t kinds = 0;
  for (std::size_t b = 0; b < byte_values; ++b) {
    if (found[b] == 0)
      continue;
    values[kinds] = static_cast<T>(b);
    times[kinds++] = found[b];
  }
  std::uint32_t where[byte_values];
  bins_of<false>(how.level, static_cast<T const*>(values), kinds, bins, where, f);
  std::size_t outside = 0;
  for (std::size_t k = 0; k < kinds; ++k)
    if (where[k] < bins)
      counts[where[k]] = static_cast<Count>(counts[where[k]] + static_cast<Count>(times[k]));
    else
      outside += times[k];
  return outside;
}

} // namespace detail

/// counts[f(x)] += 1 for every element; returns how many had f(x) outside [0, bins). f returns an integer, which depends
/// on x alone: many numbers of one byte are counted first, and f called once for each value among them.
/// Adds to what counts hold; bins is below 2^32. Private tables for each thread while they fit the caches,
/// atomic additions else.
template <class T, class Count, class F>
std::size_t histogram(execution const& how, std::size_t n, T const* in, std::size_t bins, Count* counts,
                      F&& f) {
  using namespace detail;
  if constexpr (sizeof(T) == 1 && std::is_arithmetic_v<T>)
    if (n >= bytes_counted_from)
      return histogram_of_bytes(how, n, in, bins, counts, f);
  std::atomic<std::size_t> outside{0};
  auto const tiles = n / histogram_tile + (n % histogram_tile != 0);
  std::atomic<std::size_t> next{0};
  auto const for_tiles = [&](auto const& count_tile) {
    for (auto t = next.fetch_add(8); t < tiles; t = next.fetch_add(8)) // 8 tiles: 16 Ki elements
      for (auto tile = t; tile < t + 8 && tile < tiles; ++tile) {
        auto const first = tile * histogram_tile;
        prefetch(in + first + histogram_tile, histogram_tile); // while this tile is counted
        count_tile(in + first, n - first < histogram_tile ? n - first : histogram_tile);
      }
  };
  auto const work = [&](std::size_t) {
    if (bins <= histogram_private_bins) {
      alignas(64) std::uint16_t where[histogram_tile];
      private_histogram mine(how.level, bins, n >= 8 * bins && bins <= histogram_split_bins);
      for_tiles([&](T const* from, std::size_t count) {
        bins_of<true>(how.level, from, count, bins, where, f);
        mine.add(where, count);
        if (mine.full())
          mine.give(counts, outside);
      });
      mine.give(counts, outside);
    } else {
      std::uint32_t where[histogram_tile];
      for_tiles([&](T const* from, std::size_t count) {
        bins_of<false>(how.level, from, count, bins, where, f); // the atomic additions are what takes time
        for (std::size_t i = 0; i < count; ++i)
          if (where[i] < bins)
            std::atomic_ref<Count>(counts[where[i]]).fetch_add(1, std::memory_order_relaxed);
          else
            outside.fetch_add(1, std::memory_order_relaxed);
      });
    }
  };
  auto const threads = how.workers == nullptr ? 1 : how.workers->threads();
  if (threads == 1 || tiles <= 1)
    work(0);
  else
    how.workers->for_workers(threads < tiles ? threads : tiles, work);
  return outside.load();
}

} // namespace tandem::cpu
