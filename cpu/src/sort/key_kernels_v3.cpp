// Compiled with AVX2 enabled: see key_kernels.hpp for what must not be included here.
#include "sort/key_kernels.hpp"

#if defined(__x86_64__)

#include "sort/partition_loop.hpp"
#include "sort/rank_sort_loop.hpp"

#include <immintrin.h>

namespace tandem::cpu::sorting {
namespace {

/// For each mask, the order of the lanes that brings those in the mask to the front and keeps the others
/// behind them. 64-bit keys move as pairs of 32-bit lanes.
struct compress_table {
  alignas(32) std::int32_t words[256][8];
  alignas(32) std::int32_t pairs[16][8];

  constexpr compress_table() : words(), pairs() {
    for (int m = 0; m < 256; ++m) {
      int to = 0;
      for (int in_mask = 1; in_mask >= 0; --in_mask)
        for (int lane = 0; lane < 8; ++lane)
          if (((m >> lane) & 1) == in_mask)
            words[m][to++] = lane;
    }
    for (int m = 0; m < 16; ++m) {
      int to = 0;
      for (int in_mask = 1; in_mask >= 0; --in_mask)
        for (int lane = 0; lane < 4; ++lane)
          if (((m >> lane) & 1) == in_mask) {
            pairs[m][to++] = 2 * lane;
            pairs[m][to++] = 2 * lane + 1;
          }
    }
  }
};
constexpr compress_table table;

__m256i broadcast(std::int32_t x) {
  return _mm256_set1_epi32(x);
}
__m256i broadcast(std::int64_t x) {
  return _mm256_set1_epi64x(x);
}

unsigned mask_below(__m256i v, __m256i pivot, std::int32_t) {
  return static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(pivot, v))));
}
unsigned mask_below(__m256i v, __m256i pivot, std::int64_t) {
  return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(pivot, v))));
}
__m256i order(unsigned mask, std::int32_t) {
  return _mm256_load_si256(reinterpret_cast<__m256i const*>(table.words[mask]));
}
__m256i order(unsigned mask, std::int64_t) {
  return _mm256_load_si256(reinterpret_cast<__m256i const*>(table.pairs[mask]));
}

template <class Unsigned>
struct signed_of;
template <>
struct signed_of<std::int32_t> {
  using type = std::int32_t;
};
template <>
struct signed_of<std::uint32_t> {
  using type = std::int32_t;
};
template <>
struct signed_of<std::int64_t> {
  using type = std::int64_t;
};
template <>
struct signed_of<std::uint64_t> {
  using type = std::int64_t;
};

template <class Key>
struct lanes_v3 {
  static constexpr std::size_t width = 32 / sizeof(Key);
  using signed_key = typename signed_of<Key>::type;
  static constexpr bool is_signed = Key(-1) < Key(0);

  /// What turns the order of unsigned keys into that of signed ones, which AVX2 can compare.
  static __m256i bias() {
    return broadcast(is_signed ? signed_key{0} : static_cast<signed_key>(Key{1} << (8 * sizeof(Key) - 1)));
  }

  /// Both classes in one permutation: the lower to the left, and the whole again, ending at `right`. Of the
  /// second store the upper lanes are the ones that count; the lower ones spill below `right`, where there is
  /// room as well.
  template <std::size_t Unroll>
  [[gnu::always_inline]] static void split(Key const* from, Key pivot, Key*& left, Key*& right) {
    __m256i const flip = bias();
    __m256i const p = _mm256_xor_si256(broadcast(static_cast<signed_key>(pivot)), flip);
    __m256i v[Unroll];
    for (std::size_t i = 0; i < Unroll; ++i)
      v[i] = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(from + i * width));
    for (std::size_t i = 0; i < Unroll; ++i) {
      unsigned const m = mask_below(_mm256_xor_si256(v[i], flip), p, signed_key{});
      __m256i const sorted = _mm256_permutevar8x32_epi32(v[i], order(m, signed_key{}));
      auto const count = static_cast<std::size_t>(__builtin_popcount(m));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(left), sorted);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(right - width), sorted);
      left += count;
      right -= width - count;
    }
  }

  [[gnu::always_inline]] static void split_exactly(Key const* from, std::size_t n, Key pivot, Key*& left,
                                                   Key*& right) {
    for (std::size_t i = 0; i < n; ++i) { // branch-free: both ends are written, one of them advances
      Key const key = from[i];
      bool const low = key < pivot;
      *left = key;
      *(right - 1) = key;
      left += low ? 1 : 0;
      right -= low ? 0 : 1;
    }
  }
};

} // namespace

std::size_t partition_v3(std::int32_t* keys, std::size_t n, std::int32_t pivot) {
  return partition_loop<lanes_v3<std::int32_t>>(keys, n, pivot);
}
std::size_t partition_v3(std::uint32_t* keys, std::size_t n, std::uint32_t pivot) {
  return partition_loop<lanes_v3<std::uint32_t>>(keys, n, pivot);
}
std::size_t partition_v3(std::int64_t* keys, std::size_t n, std::int64_t pivot) {
  return partition_loop<lanes_v3<std::int64_t>>(keys, n, pivot);
}
std::size_t partition_v3(std::uint64_t* keys, std::size_t n, std::uint64_t pivot) {
  return partition_loop<lanes_v3<std::uint64_t>>(keys, n, pivot);
}

TANDEM_DEFINE_RANK_SORTS(v3, 32)

} // namespace tandem::cpu::sorting

#endif
