// Compiled with AVX-512 enabled: see key_kernels.hpp for what must not be included here.
#include "sort/key_kernels.hpp"

#if defined(__x86_64__)

#include "sort/partition_loop.hpp"
#include "sort/rank_sort_loop.hpp"

#include <immintrin.h>
#include <type_traits>

namespace tandem::cpu::sorting {
namespace {

using mask16 = __mmask16;
using mask8 = __mmask8;

// Masked comparisons: clang 19 does not come to an end on an unmasked one whose result is then combined with
// a mask.
mask16 below(mask16 m, __m512i v, __m512i pivot, std::int32_t) {
  return _mm512_mask_cmplt_epi32_mask(m, v, pivot);
}
mask16 below(mask16 m, __m512i v, __m512i pivot, std::uint32_t) {
  return _mm512_mask_cmplt_epu32_mask(m, v, pivot);
}
mask8 below(mask8 m, __m512i v, __m512i pivot, std::int64_t) {
  return _mm512_mask_cmplt_epi64_mask(m, v, pivot);
}
mask8 below(mask8 m, __m512i v, __m512i pivot, std::uint64_t) {
  return _mm512_mask_cmplt_epu64_mask(m, v, pivot);
}

__m512i compress(mask16 m, __m512i v) {
  return _mm512_maskz_compress_epi32(m, v);
}
__m512i compress(mask8 m, __m512i v) {
  return _mm512_maskz_compress_epi64(m, v);
}
void store(void* to, mask16 m, __m512i v) {
  _mm512_mask_storeu_epi32(to, m, v);
}
void store(void* to, mask8 m, __m512i v) {
  _mm512_mask_storeu_epi64(to, m, v);
}
__m512i load(void const* from, mask16 m) {
  return _mm512_maskz_loadu_epi32(m, from);
}
__m512i load(void const* from, mask8 m) {
  return _mm512_maskz_loadu_epi64(m, from);
}
__m512i broadcast(std::int32_t x) {
  return _mm512_set1_epi32(x);
}
__m512i broadcast(std::uint32_t x) {
  return _mm512_set1_epi32(static_cast<std::int32_t>(x));
}
__m512i broadcast(std::int64_t x) {
  return _mm512_set1_epi64(x);
}
__m512i broadcast(std::uint64_t x) {
  return _mm512_set1_epi64(static_cast<std::int64_t>(x));
}

template <class Key>
struct lanes_v4 {
  static constexpr std::size_t width = 64 / sizeof(Key);
  using mask = std::conditional_t<sizeof(Key) == 4, mask16, mask8>;

  static mask first(std::size_t count) { return static_cast<mask>((1U << count) - 1U); }

  /// Compression in registers and a store: compress-stores to memory are slow on some processors.
  template <std::size_t Unroll>
  [[gnu::always_inline]] static void split(Key const* from, Key pivot, Key*& left, Key*& right) {
    __m512i const p = broadcast(pivot);
    __m512i v[Unroll];
    mask m[Unroll];
    for (std::size_t i = 0; i < Unroll; ++i)
      v[i] = _mm512_loadu_si512(from + i * width);
    for (std::size_t i = 0; i < Unroll; ++i)
      m[i] = below(static_cast<mask>(-1), v[i], p, Key{});
    for (std::size_t i = 0; i < Unroll; ++i) {
      auto const count = static_cast<std::size_t>(__builtin_popcount(m[i]));
      _mm512_storeu_si512(left, compress(m[i], v[i]));
      left += count;
      right -= width - count;
      store(right, first(width - count), compress(static_cast<mask>(~m[i]), v[i]));
    }
  }

  [[gnu::always_inline]] static void split_exactly(Key const* from, std::size_t n, Key pivot, Key*& left,
                                                   Key*& right) {
    __m512i const p = broadcast(pivot);
    for (std::size_t i = 0; i < n; i += width) {
      mask const valid = first(n - i < width ? n - i : width);
      __m512i const v = load(from + i, valid);
      mask const low = below(valid, v, p, Key{});
      auto const high = static_cast<mask>(~low & valid);
      auto const low_count = static_cast<std::size_t>(__builtin_popcount(low));
      auto const high_count = static_cast<std::size_t>(__builtin_popcount(high));
      store(left, first(low_count), compress(low, v));
      left += low_count;
      right -= high_count;
      store(right, first(high_count), compress(high, v));
    }
  }
};

} // namespace

std::size_t partition_v4(std::int32_t* keys, std::size_t n, std::int32_t pivot) {
  return partition_loop<lanes_v4<std::int32_t>>(keys, n, pivot);
}
std::size_t partition_v4(std::uint32_t* keys, std::size_t n, std::uint32_t pivot) {
  return partition_loop<lanes_v4<std::uint32_t>>(keys, n, pivot);
}
std::size_t partition_v4(std::int64_t* keys, std::size_t n, std::int64_t pivot) {
  return partition_loop<lanes_v4<std::int64_t>>(keys, n, pivot);
}
std::size_t partition_v4(std::uint64_t* keys, std::size_t n, std::uint64_t pivot) {
  return partition_loop<lanes_v4<std::uint64_t>>(keys, n, pivot);
}

TANDEM_DEFINE_RANK_SORTS(v4, 64)

} // namespace tandem::cpu::sorting

#endif
