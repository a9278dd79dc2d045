#include <tandem/cpu/compress.hpp>

#include <array>
#include <cstring>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

// Without a branch: a kept element is overwritten by the next unless the count moved on.
template <class Word>
std::size_t compress_plain(Word const* in, std::uint8_t const* keep, std::size_t n, Word* out) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    out[count] = in[i];
    count += keep[i];
  }
  return count;
}

#if TANDEM_HAS_CLONES
// Stores whole vectors from a register: compressing straight to memory is microcode on some processors.
[[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]] std::size_t compress_4_wide(std::uint32_t const* in,
                                                                                std::uint8_t const* keep,
                                                                                std::size_t n,
                                                                                std::uint32_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 16 <= n; i += 16) {
    auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(keep + i));
    auto const mask = _mm_test_epi8_mask(bytes, bytes);
    _mm512_storeu_si512(out + count, _mm512_maskz_compress_epi32(mask, _mm512_loadu_si512(in + i)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return count + compress_plain(in + i, keep + i, n - i, out + count);
}

[[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]] std::size_t compress_8_wide(std::uint64_t const* in,
                                                                                std::uint8_t const* keep,
                                                                                std::size_t n,
                                                                                std::uint64_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= n; i += 8) {
    auto const bytes = _mm_loadl_epi64(reinterpret_cast<__m128i const*>(keep + i));
    auto const mask = static_cast<__mmask8>(_mm_test_epi8_mask(bytes, bytes));
    _mm512_storeu_si512(out + count, _mm512_maskz_compress_epi64(mask, _mm512_loadu_si512(in + i)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return count + compress_plain(in + i, keep + i, n - i, out + count);
}

/// For each mask of eight: the numbers of its set bits, from the lowest.
constexpr auto set_bits = [] {
  std::array<std::array<std::uint8_t, 8>, 256> result{};
  for (unsigned mask = 0; mask < 256; ++mask)
    for (unsigned bit = 0, next = 0; bit < 8; ++bit)
      if ((mask >> bit & 1) != 0)
        result[mask][next++] = static_cast<std::uint8_t>(bit);
  return result;
}();

[[gnu::target("avx2,popcnt")]] std::size_t compress_4_avx2(std::uint32_t const* in, std::uint8_t const* keep,
                                                           std::size_t n, std::uint32_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= n; i += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, keep + i, sizeof bytes);
    auto const mask =
        static_cast<unsigned>(bytes * 0x0102040810204080u >> 56); // bit k of the result is byte k
    auto const order =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<__m128i const*>(set_bits[mask].data())));
    auto const values = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(in + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + count), _mm256_permutevar8x32_epi32(values, order));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return count + compress_plain(in + i, keep + i, n - i, out + count);
}
#endif

} // namespace

std::size_t compress(void const* values, std::uint8_t const* keep, std::size_t n, void* out,
                     std::size_t element_bytes) noexcept {
  switch (element_bytes) {
  case 1:
    return compress_plain(static_cast<std::uint8_t const*>(values), keep, n, static_cast<std::uint8_t*>(out));
  case 2:
    return compress_plain(static_cast<std::uint16_t const*>(values), keep, n,
                          static_cast<std::uint16_t*>(out));
  case 4: {
    auto const* const in = static_cast<std::uint32_t const*>(values);
    auto* const to = static_cast<std::uint32_t*>(out);
#if TANDEM_HAS_CLONES
    if (active_isa() == isa::v4)
      return compress_4_wide(in, keep, n, to);
    if (active_isa() == isa::v3)
      return compress_4_avx2(in, keep, n, to);
#endif
    return compress_plain(in, keep, n, to);
  }
  default: {
    auto const* const in = static_cast<std::uint64_t const*>(values);
    auto* const to = static_cast<std::uint64_t*>(out);
#if TANDEM_HAS_CLONES
    if (active_isa() == isa::v4)
      return compress_8_wide(in, keep, n, to);
#endif
    return compress_plain(in, keep, n, to);
  }
  }
}

} // namespace tandem::cpu::detail
