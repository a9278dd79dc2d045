#include <tandem/cpu/sum_scan.hpp>

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

/// Returns what comes before the next element.
template <class T>
T sum_scan_plain(T const* in, T* out, std::size_t n, T before, bool inclusive) noexcept {
  if (inclusive)
    for (std::size_t i = 0; i < n; ++i)
      out[i] = before = before + in[i];
  else
    for (std::size_t i = 0; i < n; ++i) {
      auto const x = in[i]; // out may be in
      out[i] = before;
      before = before + x;
    }
  return before;
}

#if TANDEM_HAS_CLONES
#define TANDEM_V4 [[gnu::target("avx512f"), gnu::always_inline]] static inline

/// Lanes of 32 bits and of 64: `shifted<s>(x)` has x[i - s] in lane i, zero below.
struct lanes_32 {
  static constexpr std::size_t count = 16;
  template <int S>
  TANDEM_V4 __m512i shifted(__m512i x) noexcept {
    return _mm512_alignr_epi32(x, _mm512_setzero_si512(), 16 - S);
  }
  TANDEM_V4 __m512i last(__m512i x) noexcept { return _mm512_permutexvar_epi32(_mm512_set1_epi32(15), x); }
};
struct lanes_64 {
  static constexpr std::size_t count = 8;
  template <int S>
  TANDEM_V4 __m512i shifted(__m512i x) noexcept {
    return _mm512_alignr_epi64(x, _mm512_setzero_si512(), 8 - S);
  }
  TANDEM_V4 __m512i last(__m512i x) noexcept { return _mm512_permutexvar_epi64(_mm512_set1_epi64(7), x); }
};

template <class T>
struct sums;
template <>
struct sums<std::uint32_t> : lanes_32 {
  TANDEM_V4 __m512i add(__m512i a, __m512i b) noexcept { return _mm512_add_epi32(a, b); }
  TANDEM_V4 __m512i all(std::uint32_t x) noexcept { return _mm512_set1_epi32(static_cast<int>(x)); }
};
template <>
struct sums<std::uint64_t> : lanes_64 {
  TANDEM_V4 __m512i add(__m512i a, __m512i b) noexcept { return _mm512_add_epi64(a, b); }
  TANDEM_V4 __m512i all(std::uint64_t x) noexcept { return _mm512_set1_epi64(static_cast<long long>(x)); }
};
template <>
struct sums<float> : lanes_32 {
  TANDEM_V4 __m512i add(__m512i a, __m512i b) noexcept {
    return _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
  }
  TANDEM_V4 __m512i all(float x) noexcept { return _mm512_castps_si512(_mm512_set1_ps(x)); }
};
template <>
struct sums<double> : lanes_64 {
  TANDEM_V4 __m512i add(__m512i a, __m512i b) noexcept {
    return _mm512_castpd_si512(_mm512_add_pd(_mm512_castsi512_pd(a), _mm512_castsi512_pd(b)));
  }
  TANDEM_V4 __m512i all(double x) noexcept { return _mm512_castpd_si512(_mm512_set1_pd(x)); }
};
#undef TANDEM_V4

/// Kogge and Stone's prefix sums within a vector; from vector to vector only one addition waits for the one
/// before.
template <class T>
[[gnu::target("avx512f")]] void sum_scan_wide(T const* in, T* out, std::size_t n, T before,
                                              bool inclusive) noexcept {
  using v = sums<T>;
  std::size_t i = elements_before_line(out, n); // a store that spans two cache lines costs two
  auto carry = v::all(sum_scan_plain(in, out, i, before, inclusive));
  for (; i + v::count <= n; i += v::count) {
    auto x = _mm512_loadu_si512(in + i);
    x = v::add(x, v::template shifted<1>(x));
    x = v::add(x, v::template shifted<2>(x));
    x = v::add(x, v::template shifted<4>(x));
    if constexpr (v::count == 16)
      x = v::add(x, v::template shifted<8>(x));
    _mm512_storeu_si512(out + i, v::add(carry, inclusive ? x : v::template shifted<1>(x)));
    carry = v::add(carry, v::last(x));
  }
  T total;
  __builtin_memcpy(&total, &carry, sizeof total);
  sum_scan_plain(in + i, out + i, n - i, total, inclusive);
}
#endif

template <class T>
void sum_scan_any(T const* in, T* out, std::size_t n, T before, bool inclusive) noexcept {
#if TANDEM_HAS_CLONES
  if (active_isa() == isa::v4)
    return sum_scan_wide(in, out, n, before, inclusive);
#endif
  sum_scan_plain(in, out, n, before, inclusive);
}

} // namespace

void sum_scan(std::uint32_t const* in, std::uint32_t* out, std::size_t n, std::uint32_t before,
              bool inclusive) noexcept {
  sum_scan_any(in, out, n, before, inclusive);
}
void sum_scan(std::uint64_t const* in, std::uint64_t* out, std::size_t n, std::uint64_t before,
              bool inclusive) noexcept {
  sum_scan_any(in, out, n, before, inclusive);
}
void sum_scan(float const* in, float* out, std::size_t n, float before, bool inclusive) noexcept {
  sum_scan_any(in, out, n, before, inclusive);
}
void sum_scan(double const* in, double* out, std::size_t n, double before, bool inclusive) noexcept {
  sum_scan_any(in, out, n, before, inclusive);
}

} // namespace tandem::cpu::detail
