#include <tandem/cpu/lanes_to_rows.hpp>

#include <tandem/cpu/clones.hpp>

#include <cstdint>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

constexpr std::size_t depth = shape::scan_radix;

template <class Word>
void transpose_16_plain(void const* from, void* to) noexcept {
  for (std::size_t j = 0; j < depth; ++j)
    for (std::size_t i = 0; i < depth; ++i)
      static_cast<Word*>(to)[depth * j + i] = static_cast<Word const*>(from)[depth * i + j];
}

#if TANDEM_HAS_CLONES
[[gnu::target("avx2")]] __m256 join_halves(float const* low, float const* high) noexcept {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}

[[gnu::target("avx2")]] void transpose_16_4(float const* in, float* out) noexcept {
  for (std::size_t i = 0; i < depth; i += 8)
    for (std::size_t j = 0; j < depth; j += 4) {
      __m256 r[4];
      for (std::size_t k = 0; k < 4; ++k)
        r[k] = join_halves(in + depth * (i + k) + j, in + depth * (i + k + 4) + j);
      auto const a = _mm256_unpacklo_ps(r[0], r[1]), b = _mm256_unpackhi_ps(r[0], r[1]);
      auto const c = _mm256_unpacklo_ps(r[2], r[3]), d = _mm256_unpackhi_ps(r[2], r[3]);
      auto* const to = out + j * depth + i;
      _mm256_storeu_ps(to, _mm256_shuffle_ps(a, c, 0x44));
      _mm256_storeu_ps(to + depth, _mm256_shuffle_ps(a, c, 0xee));
      _mm256_storeu_ps(to + 2 * depth, _mm256_shuffle_ps(b, d, 0x44));
      _mm256_storeu_ps(to + 3 * depth, _mm256_shuffle_ps(b, d, 0xee));
    }
}

[[gnu::target("avx2")]] __m256d join_halves(double const* low, double const* high) noexcept {
  return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
}

[[gnu::target("avx2")]] void transpose_16_8(double const* in, double* out) noexcept {
  for (std::size_t i = 0; i < depth; i += 4)
    for (std::size_t j = 0; j < depth; j += 2) {
      auto const* const from = in + depth * i + j;
      auto const even = join_halves(from, from + 2 * depth),
                 odd = join_halves(from + depth, from + 3 * depth);
      _mm256_storeu_pd(out + j * depth + i, _mm256_unpacklo_pd(even, odd));
      _mm256_storeu_pd(out + (j + 1) * depth + i, _mm256_unpackhi_pd(even, odd));
    }
}

// With 64-byte stores where 64-byte loads follow: a load that spans two younger stores would wait for both.
[[gnu::target("avx512f,avx512dq")]] __m512 join_quarters(float const* from) noexcept {
  auto const a = _mm512_castps128_ps512(_mm_loadu_ps(from));
  auto const b = _mm512_insertf32x4(a, _mm_loadu_ps(from + 4 * depth), 1);
  auto const c = _mm512_insertf32x4(b, _mm_loadu_ps(from + 8 * depth), 2);
  return _mm512_insertf32x4(c, _mm_loadu_ps(from + 12 * depth), 3);
}

[[gnu::target("avx512f,avx512dq")]] void transpose_16_4_wide(float const* in, float* out) noexcept {
  for (std::size_t j = 0; j < depth; j += 4) {
    auto const r0 = join_quarters(in + j), r1 = join_quarters(in + depth + j);
    auto const r2 = join_quarters(in + 2 * depth + j), r3 = join_quarters(in + 3 * depth + j);
    auto const a = _mm512_unpacklo_ps(r0, r1), b = _mm512_unpackhi_ps(r0, r1);
    auto const c = _mm512_unpacklo_ps(r2, r3), d = _mm512_unpackhi_ps(r2, r3);
    auto* const to = out + j * depth;
    _mm512_storeu_ps(to, _mm512_shuffle_ps(a, c, 0x44));
    _mm512_storeu_ps(to + depth, _mm512_shuffle_ps(a, c, 0xee));
    _mm512_storeu_ps(to + 2 * depth, _mm512_shuffle_ps(b, d, 0x44));
    _mm512_storeu_ps(to + 3 * depth, _mm512_shuffle_ps(b, d, 0xee));
  }
}

[[gnu::target("avx512f,avx512dq")]] __m512d join_quarters(double const* from) noexcept {
  auto const a = _mm512_castpd128_pd512(_mm_loadu_pd(from));
  auto const b = _mm512_insertf64x2(a, _mm_loadu_pd(from + 2 * depth), 1);
  auto const c = _mm512_insertf64x2(b, _mm_loadu_pd(from + 4 * depth), 2);
  return _mm512_insertf64x2(c, _mm_loadu_pd(from + 6 * depth), 3);
}

[[gnu::target("avx512f,avx512dq")]] void transpose_16_8_wide(double const* in, double* out) noexcept {
  for (std::size_t i = 0; i < depth; i += 8)
    for (std::size_t j = 0; j < depth; j += 2) {
      auto const even = join_quarters(in + depth * i + j), odd = join_quarters(in + depth * (i + 1) + j);
      _mm512_storeu_pd(out + j * depth + i, _mm512_unpacklo_pd(even, odd));
      _mm512_storeu_pd(out + (j + 1) * depth + i, _mm512_unpackhi_pd(even, odd));
    }
}
#endif

} // namespace

void transpose_16(void const* from, void* to, std::size_t element_bytes) noexcept {
#if TANDEM_HAS_CLONES
  if (active_isa() == isa::v4 && element_bytes == 4)
    return transpose_16_4_wide(static_cast<float const*>(from), static_cast<float*>(to));
  if (active_isa() == isa::v4 && element_bytes == 8)
    return transpose_16_8_wide(static_cast<double const*>(from), static_cast<double*>(to));
  if (active_isa() >= isa::v3 && element_bytes == 4)
    return transpose_16_4(static_cast<float const*>(from), static_cast<float*>(to));
  if (active_isa() >= isa::v3 && element_bytes == 8)
    return transpose_16_8(static_cast<double const*>(from), static_cast<double*>(to));
#endif
  switch (element_bytes) {
  case 1:
    return transpose_16_plain<std::uint8_t>(from, to);
  case 2:
    return transpose_16_plain<std::uint16_t>(from, to);
  case 4:
    return transpose_16_plain<std::uint32_t>(from, to);
  default:
    return transpose_16_plain<std::uint64_t>(from, to);
  }
}

} // namespace tandem::cpu::detail
