#include <tandem/cpu/lanes_to_rows.hpp>

#include <tandem/cpu/clones.hpp>

#include <array>
#include <cstdint>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

constexpr std::size_t lanes = shape::reduction_lanes, depth = shape::reduction_rows;

/// The lane that stands at each place of a row.
constexpr std::array<std::uint8_t, lanes> lane = [] {
  std::array<std::uint8_t, lanes> result{};
  for (std::size_t l = 0; l < lanes; ++l)
    for (unsigned bit = 0; bit < 8; ++bit)
      if ((l >> bit & 1) != 0)
        result[l] = static_cast<std::uint8_t>(result[l] | 128u >> bit);
  return result;
}();

template <class Word>
void to_rows_plain(void const* values, void* rows) noexcept {
  for (std::size_t j = 0; j < depth; ++j)
    for (std::size_t p = 0; p < lanes; ++p)
      static_cast<Word*>(rows)[j * lanes + p] = static_cast<Word const*>(values)[depth * lane[p] + j];
}

#if TANDEM_HAS_CLONES
// The order of the loads below is too scattered for the hardware to foresee the next block. (A prefetch past
// the end of the input does nothing.)
template <class Word>
void prefetch_next_block(Word const* in, std::size_t first, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count * depth * sizeof(Word); i += 64)
    __builtin_prefetch(reinterpret_cast<char const*>(in) +
                       (shape::reduction_block + first * depth) * sizeof(Word) + i);
}

[[gnu::target("avx2")]] __m256 join_halves(float const* low, float const* high) noexcept {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}

[[gnu::target("avx2")]] void to_rows_4(float const* in, float* out) noexcept {
  for (std::size_t p = 0; p < lanes; p += 8) {
    prefetch_next_block(in, p, 8);
    for (std::size_t j = 0; j < depth; j += 4) { // words j … j+3 of the lanes at p … p+7
      __m256 r[4];
      for (std::size_t i = 0; i < 4; ++i)
        r[i] = join_halves(in + depth * lane[p + i] + j, in + depth * lane[p + i + 4] + j);
      auto const a = _mm256_unpacklo_ps(r[0], r[1]), b = _mm256_unpackhi_ps(r[0], r[1]);
      auto const c = _mm256_unpacklo_ps(r[2], r[3]), d = _mm256_unpackhi_ps(r[2], r[3]);
      auto* const to = out + j * lanes + p;
      _mm256_storeu_ps(to, _mm256_shuffle_ps(a, c, 0x44));
      _mm256_storeu_ps(to + lanes, _mm256_shuffle_ps(a, c, 0xee));
      _mm256_storeu_ps(to + 2 * lanes, _mm256_shuffle_ps(b, d, 0x44));
      _mm256_storeu_ps(to + 3 * lanes, _mm256_shuffle_ps(b, d, 0xee));
    }
  }
}

[[gnu::target("avx2")]] __m256d join_halves(double const* low, double const* high) noexcept {
  return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
}

[[gnu::target("avx2")]] void to_rows_8(double const* in, double* out) noexcept {
  for (std::size_t p = 0; p < lanes; p += 4) {
    prefetch_next_block(in, p, 4);
    for (std::size_t j = 0; j < depth; j += 2) { // words j, j+1 of the lanes at p … p+3
      auto const even = join_halves(in + depth * lane[p] + j, in + depth * lane[p + 2] + j);
      auto const odd = join_halves(in + depth * lane[p + 1] + j, in + depth * lane[p + 3] + j);
      auto* const to = out + j * lanes + p;
      _mm256_storeu_pd(to, _mm256_unpacklo_pd(even, odd));
      _mm256_storeu_pd(to + lanes, _mm256_unpackhi_pd(even, odd));
    }
  }
}

#endif

} // namespace

void lanes_to_rows(void const* values, void* rows, std::size_t element_bytes) noexcept {
#if TANDEM_HAS_CLONES
  if (active_isa() >= isa::v3 && element_bytes == 4)
    return to_rows_4(static_cast<float const*>(values), static_cast<float*>(rows));
  if (active_isa() >= isa::v3 && element_bytes == 8)
    return to_rows_8(static_cast<double const*>(values), static_cast<double*>(rows));
#endif
  switch (element_bytes) {
  case 1:
    return to_rows_plain<std::uint8_t>(values, rows);
  case 2:
    return to_rows_plain<std::uint16_t>(values, rows);
  case 4:
    return to_rows_plain<std::uint32_t>(values, rows);
  default:
    return to_rows_plain<std::uint64_t>(values, rows);
  }
}

} // namespace tandem::cpu::detail
