#include <tandem/cpu/lanes_to_rows.hpp>

#include <tandem/cpu/clones.hpp>

#include <array>
#include <cstdint>

#if TANDEM_HAS_CLONES
#include <immintrin.h>
#endif

namespace tandem::cpu::detail {
namespace {

constexpr std::size_t lanes = shape::reduction_lanes, rows = shape::reduction_rows;

constexpr std::array<std::uint8_t, lanes> reversed_bits = [] {
  std::array<std::uint8_t, lanes> result{};
  for (std::size_t l = 0; l < lanes; ++l)
    for (unsigned bit = 0; bit < 8; ++bit)
      if ((l >> bit & 1) != 0)
        result[l] = static_cast<std::uint8_t>(result[l] | 128u >> bit);
  return result;
}();

template <class Word>
void transpose_plain(Word const* in, Word* out) noexcept {
  for (std::size_t j = 0; j < rows; ++j)
    for (std::size_t p = 0; p < lanes; ++p)
      out[j * lanes + p] = in[rows * reversed_bits[p] + j];
}

#if TANDEM_HAS_CLONES
// The order of the loads below is too scattered for the hardware to foresee the next block. (A prefetch past
// the end of the input does nothing.)
template <class Word>
void prefetch_next_block(Word const* in, std::size_t lane, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count * rows * sizeof(Word); i += 64)
    __builtin_prefetch(reinterpret_cast<char const*>(in) +
                       (shape::reduction_block + lane * rows) * sizeof(Word) + i);
}

// Which lanes stand side by side in a row is only a matter of where to load from.
[[gnu::target("avx2")]] void transpose_words(float const* in, float* out) noexcept {
  for (std::size_t p = 0; p < lanes; p += 8) {
    prefetch_next_block(in, p, 8);
    for (std::size_t j = 0; j < rows; j += 4) { // words j … j+3 of the lanes at p … p+7
      __m256 r[4];
      for (std::size_t i = 0; i < 4; ++i)
        r[i] =
            _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(in + rows * reversed_bits[p + i] + j)),
                                 _mm_loadu_ps(in + rows * reversed_bits[p + i + 4] + j), 1);
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

[[gnu::target("avx2")]] void transpose_doubles(double const* in, double* out) noexcept {
  for (std::size_t p = 0; p < lanes; p += 4) {
    prefetch_next_block(in, p, 4);
    for (std::size_t j = 0; j < rows; j += 2) { // words j, j+1 of the lanes at p … p+3
      auto const row = [in, j, p](std::size_t i) {
        return _mm_loadu_pd(in + rows * reversed_bits[p + i] + j);
      };
      auto const even = _mm256_insertf128_pd(_mm256_castpd128_pd256(row(0)), row(2), 1);
      auto const odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(row(1)), row(3), 1);
      auto* const to = out + j * lanes + p;
      _mm256_storeu_pd(to, _mm256_unpacklo_pd(even, odd));
      _mm256_storeu_pd(to + lanes, _mm256_unpackhi_pd(even, odd));
    }
  }
}
#endif

} // namespace

void lanes_to_rows(void const* values, void* rows_out, std::size_t element_bytes) noexcept {
#if TANDEM_HAS_CLONES
  if (active_isa() >= isa::v3 && element_bytes == 4)
    return transpose_words(static_cast<float const*>(values), static_cast<float*>(rows_out));
  if (active_isa() >= isa::v3 && element_bytes == 8)
    return transpose_doubles(static_cast<double const*>(values), static_cast<double*>(rows_out));
#endif
  switch (element_bytes) {
  case 1:
    return transpose_plain(static_cast<std::uint8_t const*>(values), static_cast<std::uint8_t*>(rows_out));
  case 2:
    return transpose_plain(static_cast<std::uint16_t const*>(values), static_cast<std::uint16_t*>(rows_out));
  case 4:
    return transpose_plain(static_cast<std::uint32_t const*>(values), static_cast<std::uint32_t*>(rows_out));
  default:
    return transpose_plain(static_cast<std::uint64_t const*>(values), static_cast<std::uint64_t*>(rows_out));
  }
}

} // namespace tandem::cpu::detail
