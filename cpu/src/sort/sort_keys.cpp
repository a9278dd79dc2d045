#include <tandem/cpu/parallel_partition.hpp>
#include <tandem/cpu/sort_keys.hpp>

#include "sort/counting_sort.hpp"
#include "sort/key_kernels.hpp"
#include "sort/key_leaf.hpp"
#include "sort/key_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace tandem::cpu {
namespace sorting {
namespace {

constexpr std::size_t parallel_from = 48 * 1024; ///< below, forking costs more than it gains

/// What 127 samples say: their median, and whether so many are equal to it that they are worth a partition of
/// their own.
template <class Key>
struct pivot_choice {
  Key pivot;
  bool frequent;
};

template <class Key>
class quicksort {
 public:
  quicksort(execution const& how, std::size_t n)
      : how_(how), kernels_(kernels_for<Key>(how.level)), threads_(how.workers->threads()),
        leaf_(std::max<std::size_t>(parallel_from / 4, n / (8 * threads_))), wide_(2 * (n / threads_)) {}

  /// `budget` bounds the depth: a leaf of any size is sorted in O(n log n).
  void sort(Key* keys, std::size_t n, unsigned budget) const {
    while (n > leaf_ && budget-- > 0) {
      auto const [pivot, frequent] = choose(keys, n);
      std::size_t const low = partition(keys, n, pivot);
      std::size_t const equal = low == 0 || frequent ? partition_equal(keys + low, n - low, pivot) : 0;
      Key* const high_keys = keys + low + equal;
      std::size_t const high = n - low - equal;
      if (low > leaf_ / 4 && high > leaf_ / 4) {
        how_.workers->join([&] { sort(keys, low, budget); }, [&] { sort(high_keys, high, budget); });
        return;
      }
      bool const low_is_small = low < high;
      sort(low_is_small ? keys : high_keys, low_is_small ? low : high, budget);
      keys = low_is_small ? high_keys : keys;
      n = low_is_small ? high : low;
    }
    sort_leaf(how_.level, keys, n);
  }

 private:
  std::size_t partition(Key* keys, std::size_t n, Key pivot) const {
    if (n < wide_ || n < parallel_from)
      return kernels_.partition(keys, n, pivot);
    return parallel_partition(*how_.workers, keys, n, [&](std::size_t first, std::size_t last) {
      return kernels_.partition(keys + first, last - first, pivot);
    });
  }

  /// Of keys that are all at least the pivot, brings those equal to it to the front.
  std::size_t partition_equal(Key* keys, std::size_t n, Key pivot) const {
    return pivot == std::numeric_limits<Key>::max() ? n : partition(keys, n, static_cast<Key>(pivot + 1));
  }

  static pivot_choice<Key> choose(Key const* keys, std::size_t n) {
    std::array<Key, 127> sample;
    std::uint64_t state = n;
    for (Key& key : sample) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      key = keys[(state >> 33) % n];
    }
    std::sort(sample.begin(), sample.end());
    Key const pivot = sample[sample.size() / 2];
    auto const equal = std::equal_range(sample.begin(), sample.end(), pivot);
    return {pivot, equal.second - equal.first > 8};
  }

  execution how_;
  key_kernels<Key> kernels_;
  std::size_t threads_;
  std::size_t leaf_;
  std::size_t wide_; ///< from here on one partition is spread over all threads
};

template <class Key>
void sort_unordered(execution const& how, Key* keys, std::size_t n) {
  if (how.workers == nullptr || n < parallel_from || how.workers->threads() < 2)
    return sort_leaf(how.level, keys, n);
  how.workers->execute(
      [&] { quicksort<Key>(how, n).sort(keys, n, 2 * static_cast<unsigned>(std::bit_width(n))); });
}

template <class Key>
void reverse_keys(execution const& how, Key* keys, std::size_t n) {
  reverse(how, reinterpret_cast<std::make_unsigned_t<Key>*>(keys), n);
}

/// Already in one of the two orders: finished by nothing or a reversal.
template <class Order>
bool finished_early(execution const& how, typename Order::key* keys, std::size_t n, sort_order order) {
  run const found = find_run<Order>(how, keys, n);
  if (found == run::none)
    return false;
  if ((found == run::ascending) != (order == sort_order::ascending))
    reverse_keys(how, keys, n);
  return true;
}

template <class Key>
void sort_integers(execution const& how, void* data, std::size_t n, sort_order order) {
  auto* const keys = static_cast<Key*>(data);
  if (n > rank_sort_limit && finished_early<integer_order<Key>>(how, keys, n, order))
    return;
  if constexpr (sizeof(Key) == 2) {
    using bits = std::make_unsigned_t<Key>;
    constexpr std::size_t counting_from = std::size_t{1} << 15;
    constexpr auto flip = static_cast<bits>(std::numeric_limits<Key>::min());
    if (n < counting_from)
      sort_leaf(how.level, keys, n);
    else
      counting_sort(how, reinterpret_cast<bits*>(keys), n, flip);
  } else {
    sort_unordered(how, keys, n);
  }
  if (order == sort_order::descending)
    reverse_keys(how, keys, n);
}

/// The bits as signed integers come out as −0 … −inf, −NaN, +0 … +inf, +NaN: the negative part is to be
/// reversed. As unsigned ones they come out as +0 … +NaN, −0 … −NaN, of which the reverse of the first part
/// and the second make the descending order.
template <class Signed>
void sort_floats(execution const& how, void* data, std::size_t n, sort_order order) {
  using Unsigned = std::make_unsigned_t<Signed>;
  auto* const keys = static_cast<Signed*>(data);
  auto* const bits = static_cast<Unsigned*>(data);
  if (n > rank_sort_limit && finished_early<float_order<Signed>>(how, keys, n, order))
    return;
  if (order == sort_order::ascending) {
    sort_unordered(how, keys, n);
    reverse(how, bits, static_cast<std::size_t>(std::lower_bound(keys, keys + n, Signed{0}) - keys));
  } else {
    sort_unordered(how, bits, n);
    auto const sign = Unsigned{1} << (8 * sizeof(Unsigned) - 1);
    reverse(how, bits, static_cast<std::size_t>(std::lower_bound(bits, bits + n, sign) - bits));
  }
}

void sort_bytes(execution const& how, void* data, std::size_t n, std::uint8_t flip, sort_order order) {
  auto* const keys = static_cast<std::uint8_t*>(data);
  counting_sort(how, keys, n, flip);
  if (order == sort_order::descending)
    std::reverse(keys, keys + n);
}

} // namespace
} // namespace sorting

void sort_keys(execution const& how, void* keys, std::size_t n, key_kind kind, sort_order order) {
  using namespace sorting;
  if (n < 2)
    return;
  switch (kind) {
  case key_kind::i8:
    return sort_bytes(how, keys, n, 0x80, order);
  case key_kind::u8:
    return sort_bytes(how, keys, n, 0, order);
  case key_kind::i16:
    return sort_integers<std::int16_t>(how, keys, n, order);
  case key_kind::u16:
    return sort_integers<std::uint16_t>(how, keys, n, order);
  case key_kind::i32:
    return sort_integers<std::int32_t>(how, keys, n, order);
  case key_kind::u32:
    return sort_integers<std::uint32_t>(how, keys, n, order);
  case key_kind::i64:
    return sort_integers<std::int64_t>(how, keys, n, order);
  case key_kind::u64:
    return sort_integers<std::uint64_t>(how, keys, n, order);
  case key_kind::f32:
    return sort_floats<std::int32_t>(how, keys, n, order);
  case key_kind::f64:
    return sort_floats<std::int64_t>(how, keys, n, order);
  case key_kind::none:
    break;
  }
}

} // namespace tandem::cpu
