#include "bandwidth.hpp"

#include "measure.hpp"

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/partitioner.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tandem_bench {
namespace {

constexpr std::size_t grain = std::size_t{1} << 18U; // bytes that a thread takes at a time
constexpr std::size_t stretch = 4096;                // bytes between two changes from copying to reading
constexpr std::size_t ahead = 4096, pages_ahead = 2 * 4096; // bytes; where asking for them early gains

std::uint64_t read_plain(std::byte const* from, std::size_t n) {
  std::uint64_t folded[8] = {};
  std::size_t i = 0;
  for (; i + sizeof folded <= n; i += sizeof folded) {
    std::uint64_t words[8];
    std::memcpy(words, from + i, sizeof words);
    for (std::size_t lane = 0; lane < 8; ++lane) {
      folded[lane] ^= words[lane];
    }
  }
  for (; i < n; ++i) {
    folded[0] ^= static_cast<std::uint64_t>(from[i]);
  }
  return folded[0] ^ folded[1] ^ folded[2] ^ folded[3] ^ folded[4] ^ folded[5] ^ folded[6] ^ folded[7];
}

void copy_plain(std::byte const* in, std::byte* out, std::size_t n) {
  std::memcpy(out, in, n);
}

#if defined(__x86_64__)
// Four cache lines at a time, and one operation a line.
[[gnu::target("avx512f")]] std::uint64_t read_wide(std::byte const* from, std::size_t n) {
  __m512i folded[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(),
                       _mm512_setzero_si512()};
  std::size_t i = 0;
  for (; i + sizeof folded <= n; i += sizeof folded) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      auto const* const at = from + i + 64 * lane;
      __builtin_prefetch(at + ahead);
      folded[lane] = _mm512_xor_si512(folded[lane], _mm512_loadu_si512(at));
    }
  }
  std::uint64_t words[32];
  std::memcpy(words, folded, sizeof folded);
  for (std::uint64_t const word : words) {
    words[0] ^= word;
  }
  return words[0] ^ read_plain(from + i, n - i);
}

[[gnu::target("avx512f")]] void stream_wide(std::byte const* in, std::byte* out, std::size_t n) {
  std::size_t i = std::min(n, (64 - reinterpret_cast<std::uintptr_t>(out) % 64) % 64);
  std::memcpy(out, in, i);
  for (; i + 64 <= n; i += 64) {
    __builtin_prefetch(in + i + ahead);
    if (reinterpret_cast<std::uintptr_t>(out + i) % 4096 == 0) {
      __builtin_prefetch(out + i + pages_ahead, 1); // its page gets translated; the store would wait for that
    }
    _mm512_stream_si512(reinterpret_cast<__m512i*>(out + i), _mm512_loadu_si512(in + i));
  }
  std::memcpy(out + i, in + i, n - i);
  _mm_sfence();
}

void stream_narrow(std::byte const* in, std::byte* out, std::size_t n) {
  std::size_t i = std::min(n, (16 - reinterpret_cast<std::uintptr_t>(out) % 16) % 16);
  std::memcpy(out, in, i);
  for (; i + 16 <= n; i += 16) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(out + i),
                     _mm_loadu_si128(reinterpret_cast<__m128i const*>(in + i)));
  }
  std::memcpy(out + i, in + i, n - i);
  _mm_sfence();
}

bool is_wide() {
  static bool const wide = __builtin_cpu_supports("avx512f") != 0;
  return wide;
}

std::uint64_t read_range(std::byte const* from, std::size_t n) {
  return is_wide() ? read_wide(from, n) : read_plain(from, n);
}

void stream_range(std::byte const* in, std::byte* out, std::size_t n) {
  is_wide() ? stream_wide(in, out, n) : stream_narrow(in, out, n);
}
#else
std::uint64_t read_range(std::byte const* from, std::size_t n) {
  return read_plain(from, n);
}

void stream_range(std::byte const* in, std::byte* out, std::size_t n) {
  copy_plain(in, out, n);
}
#endif

template <class Copy>
void copy_on_all_threads(std::span<std::byte const> from, std::span<std::byte> to, Copy copy_range) {
  if (from.size() == to.size()) {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, from.size(), grain),
        [&](tbb::blocked_range<std::size_t> const& range) {
          copy_range(from.data() + range.begin(), to.data() + range.begin(), range.size());
        },
        tbb::static_partitioner{});
    return;
  }
  auto const share = static_cast<double>(to.size()) / static_cast<double>(from.size());
  auto const written_before = [&](std::size_t read) {
    return read == from.size() ? to.size() : static_cast<std::size_t>(static_cast<double>(read) * share);
  };
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, from.size(), grain),
      [&](tbb::blocked_range<std::size_t> const& range) {
        std::uint64_t folded = 0;
        for (std::size_t first = range.begin(); first < range.end(); first += stretch) {
          auto const last = std::min(first + stretch, range.end());
          auto const place = written_before(first);
          auto const kept = std::min(written_before(last) - place, last - first);
          copy_range(from.data() + first, to.data() + place, kept);
          folded ^= read_range(from.data() + first + kept, last - first - kept);
        }
        keep(folded);
      },
      tbb::static_partitioner{});
}

} // namespace

void read_everything(std::span<std::byte const> from) {
  std::uint64_t const folded = tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, from.size(), grain), std::uint64_t{0},
      [&](tbb::blocked_range<std::size_t> const& range, std::uint64_t so_far) {
        return so_far ^ read_range(from.data() + range.begin(), range.size());
      },
      [](std::uint64_t a, std::uint64_t b) { return a ^ b; }, tbb::static_partitioner{});
  keep(folded);
}

void copy_everything(std::span<std::byte const> from, std::span<std::byte> to) {
  copy_on_all_threads(from, to, copy_plain);
}

void copy_everything_streaming(std::span<std::byte const> from, std::span<std::byte> to) {
  copy_on_all_threads(from, to, stream_range);
}

} // namespace tandem_bench
