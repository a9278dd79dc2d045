#include "sort/key_leaf.hpp"

#include "sort/exchange_sort.hpp"
#include "sort/key_kernels.hpp"
#include "sort/key_network.hpp"

#include <hwy/contrib/sort/vqsort.h>

#include <bit>
#include <limits>

namespace tandem::cpu::sorting {
namespace {

template <class Key>
using rank_sort_function = void (*)(Key*, std::size_t);

template <class Key>
rank_sort_function<Key> rank_sort_for([[maybe_unused]] isa level) noexcept {
#if defined(__x86_64__)
  if (level == isa::v4)
    return &rank_sort_v4;
  if (level == isa::v3)
    return &rank_sort_v3;
#endif
  return &rank_sort_baseline;
}

template <class Key>
constexpr std::size_t rank_sort_up_to(isa level) noexcept {
  if (sizeof(Key) == 2)
    return level == isa::v4 ? rank_sort_limit : 40;      // measured against vqsort's 400 ns a call
  return level >= isa::v3 || sizeof(Key) == 8 ? 24 : 40; // and against networks
}

/// Up to here network_quicksort is the faster one; it does not ask the system for random numbers.
template <class Key>
inline constexpr std::size_t quicksort_up_to = sizeof(Key) == 4 ? 64 * 1024 : 2048;

/// Quicksort on the calling thread, down to what a sorting network takes.
template <class Key>
class network_quicksort {
 public:
  network_quicksort(isa level, key_network<Key> const& network)
      : partition_(kernels_for<Key>(level).partition), network_(network) {}

  void sort(Key* keys, std::size_t n) const { sort(keys, n, 2 * static_cast<unsigned>(std::bit_width(n))); }

 private:
  /// `budget`: partitions left; then Highway's sort bounds the time.
  void sort(Key* keys, std::size_t n, unsigned budget) const {
    while (n > network_.up_to) {
      if (budget-- == 0)
        return hwy::Sorter{}(keys, n, hwy::SortAscending{});
      Key const pivot = choose(keys, n);
      std::size_t const low = partition_(keys, n, pivot);
      std::size_t const equal = low == 0 ? partition_equal(keys, n, pivot) : 0;
      Key* const high_keys = keys + low + equal;
      std::size_t const high = n - low - equal;
      bool const low_is_small = low < high;
      sort(low_is_small ? keys : high_keys, low_is_small ? low : high, budget);
      keys = low_is_small ? high_keys : keys;
      n = low_is_small ? high : low;
    }
    if (n > 1)
      network_.sort(keys, n);
  }

  /// Of keys that are all at least the pivot, brings those equal to it to the front.
  std::size_t partition_equal(Key* keys, std::size_t n, Key pivot) const {
    return pivot == std::numeric_limits<Key>::max() ? n : partition_(keys, n, static_cast<Key>(pivot + 1));
  }

  /// The median of some samples.
  Key choose(Key const* keys, std::size_t n) const {
    constexpr std::size_t few = 15, many = 63;
    Key sample[many];
    std::size_t const count = n < 2048 ? few : many;
    std::uint64_t state = n;
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      sample[i] = keys[(state >> 40) * n >> 24];
    }
    network_.sort(sample, count);
    return sample[count / 2];
  }

  std::size_t (*partition_)(Key*, std::size_t, Key);
  key_network<Key> network_;
};

} // namespace

template <class Key>
key_kernels<Key> kernels_for([[maybe_unused]] isa level) noexcept {
  auto const rank_sort = rank_sort_for<Key>(level);
#if defined(__x86_64__)
  if (level == isa::v4)
    return {&partition_v4, rank_sort, rank_sort_up_to<Key>(level)};
  if (level == isa::v3)
    return {&partition_v3, rank_sort, rank_sort_up_to<Key>(level)};
#endif
  return {&partition_baseline, rank_sort, rank_sort_up_to<Key>(level)};
}

template <class Key>
void sort_leaf(isa level, Key* keys, std::size_t n) {
  if (n <= exchange_sort_limit)
    return exchange_sort(keys, n);
  if constexpr (sizeof(Key) >= 4) {
    auto const network = network_for<Key>(level);
    if (network.sort != nullptr && n > rank_sort_up_to<Key>(level) && n <= quicksort_up_to<Key>)
      return network_quicksort<Key>(level, network).sort(keys, n);
  }
  if (n <= rank_sort_up_to<Key>(level))
    rank_sort_for<Key>(level)(keys, n);
  else
    hwy::Sorter{}(keys, n, hwy::SortAscending{});
}

template key_kernels<std::int32_t> kernels_for(isa) noexcept;
template key_kernels<std::uint32_t> kernels_for(isa) noexcept;
template key_kernels<std::int64_t> kernels_for(isa) noexcept;
template key_kernels<std::uint64_t> kernels_for(isa) noexcept;
template void sort_leaf(isa, std::int16_t*, std::size_t);
template void sort_leaf(isa, std::uint16_t*, std::size_t);
template void sort_leaf(isa, std::int32_t*, std::size_t);
template void sort_leaf(isa, std::uint32_t*, std::size_t);
template void sort_leaf(isa, std::int64_t*, std::size_t);
template void sort_leaf(isa, std::uint64_t*, std::size_t);

} // namespace tandem::cpu::sorting
