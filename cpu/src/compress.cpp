#include <tandem/cpu/compress.hpp>

#include <array>
#include <cstring>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

/// How much was looked at, and how much of it kept.
struct progress {
  std::size_t read = 0, kept = 0;
};

/// The elements of in[0, n) with keep[i] to `out`, as far as whole vectors can be read, and stored into `room` elements
/// without a look at how many count.
template <class Word>
using compress_vectors = progress (*)(Word const* in, std::uint8_t const* keep, std::size_t n,
                                      std::size_t room, Word* out);

template <class Word>
progress none_in_vectors(Word const*, std::uint8_t const*, std::size_t, std::size_t, Word*) noexcept {
  return {};
}

#if TANDEM_HAS_CLONES
// Stores whole vectors from a register: compressing straight to memory is microcode on some processors.
[[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]] progress compress_4_wide(std::uint32_t const* in,
                                                                             std::uint8_t const* keep,
                                                                             std::size_t n, std::size_t room,
                                                                             std::uint32_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 16 <= n && count + 16 <= room; i += 16) {
    auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(keep + i));
    auto const mask = _mm_test_epi8_mask(bytes, bytes);
    _mm512_storeu_si512(out + count, _mm512_maskz_compress_epi32(mask, _mm512_loadu_si512(in + i)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return {i, count};
}

[[gnu::target("avx512f,avx512bw,avx512vl,popcnt")]] progress compress_8_wide(std::uint64_t const* in,
                                                                             std::uint8_t const* keep,
                                                                             std::size_t n, std::size_t room,
                                                                             std::uint64_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= n && count + 8 <= room; i += 8) {
    auto const bytes = _mm_loadl_epi64(reinterpret_cast<__m128i const*>(keep + i));
    auto const mask = static_cast<__mmask8>(_mm_test_epi8_mask(bytes, bytes));
    _mm512_storeu_si512(out + count, _mm512_maskz_compress_epi64(mask, _mm512_loadu_si512(in + i)));
    count += static_cast<std::size_t>(__builtin_popcount(mask));
  }
  return {i, count};
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

[[gnu::target("avx2,popcnt")]] progress compress_4_avx2(std::uint32_t const* in, std::uint8_t const* keep,
                                                        std::size_t n, std::size_t room,
                                                        std::uint32_t* out) noexcept {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= n && count + 8 <= room; i += 8) {
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
  return {i, count};
}
#endif

template <class Word>
compress_vectors<Word> vectors_for() noexcept {
#if TANDEM_HAS_CLONES
  if constexpr (sizeof(Word) == 4) {
    if (active_isa() == isa::v4)
      return compress_4_wide;
    if (active_isa() == isa::v3)
      return compress_4_avx2;
  }
  if constexpr (sizeof(Word) == 8)
    if (active_isa() == isa::v4)
      return compress_8_wide;
#endif
  return none_in_vectors<Word>;
}

// Without a branch, here and below: a kept element is overwritten by the next unless the count moved on.
template <class Word>
std::size_t compress_words(void const* values, std::uint8_t const* keep, std::size_t n, void* out) noexcept {
  auto const* const in = static_cast<Word const*>(values);
  auto* const to = static_cast<Word*>(out);
  auto const at = vectors_for<Word>()(in, keep, n, n + compress_slack_bytes / sizeof(Word), to);
  auto count = at.kept;
  for (auto i = at.read; i < n; ++i) {
    to[count] = in[i];
    count += keep[i];
  }
  return count;
}

template <class Word>
void compress_words_exactly(void const* values, std::uint8_t const* keep, std::size_t n, std::size_t kept,
                            void* out) noexcept {
  auto const* const in = static_cast<Word const*>(values);
  auto* const to = static_cast<Word*>(out);
  auto const at = vectors_for<Word>()(in, keep, n, kept, to);
  auto count = at.kept;
  for (auto i = at.read; count < kept; ++i) {
    to[count] = in[i];
    count += keep[i];
  }
}

/// use(a word of so many bytes)
template <class Use>
auto with_word(std::size_t element_bytes, Use const& use) noexcept {
  switch (element_bytes) {
  case 1:
    return use(std::uint8_t{});
  case 2:
    return use(std::uint16_t{});
  case 4:
    return use(std::uint32_t{});
  default:
    return use(std::uint64_t{});
  }
}

} // namespace

std::size_t compress(void const* values, std::uint8_t const* keep, std::size_t n, void* out,
                     std::size_t element_bytes) noexcept {
  return with_word(element_bytes,
                   [=](auto word) { return compress_words<decltype(word)>(values, keep, n, out); });
}

void compress_exactly(void const* values, std::uint8_t const* keep, std::size_t n, std::size_t kept,
                      void* out, std::size_t element_bytes) noexcept {
  with_word(element_bytes,
            [=](auto word) { compress_words_exactly<decltype(word)>(values, keep, n, kept, out); });
}

std::size_t count_kept(std::uint8_t const* keep, std::size_t n) noexcept {
  return vectorised(active_isa(), [=] {
    constexpr std::size_t at_once = 8, most = 255; // as many words as a byte of their sum holds
    constexpr std::uint64_t even_bytes = 0x00ff00ff00ff00ff, ones = 0x0001000100010001;
    std::size_t count = 0, i = 0;
    while (i + at_once <= n) {
      auto const left = (n - i) / at_once, words = left < most ? left : most;
      std::uint64_t sums = 0;
      for (std::size_t w = 0; w < words; ++w) {
        std::uint64_t word;
        std::memcpy(&word, keep + i + w * at_once, sizeof word);
        sums += word;
      }
      count += ((sums & even_bytes) + (sums >> 8 & even_bytes)) * ones >> 48;
      i += words * at_once;
    }
    for (; i < n; ++i)
      count += keep[i];
    return count;
  });
}

} // namespace tandem::cpu::detail
