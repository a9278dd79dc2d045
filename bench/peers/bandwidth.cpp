#include "bandwidth.hpp"

#include "measure.hpp"

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/partitioner.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tandem_bench {
namespace {

constexpr std::size_t grain = std::size_t{1} << 16U;

// Reads every byte and does one bitwise operation per 16: what the memory gives, whatever is computed.
std::uint64_t read_range(float const* from, std::size_t n) {
#if defined(__SSE2__)
  __m128i folded[4] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      folded[lane] =
          _mm_xor_si128(folded[lane], _mm_loadu_si128(reinterpret_cast<__m128i const*>(from + i + 4 * lane)));
    }
  }
  __m128i const all = _mm_xor_si128(_mm_xor_si128(folded[0], folded[1]), _mm_xor_si128(folded[2], folded[3]));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si32(all)) + n - i;
#else
  float total = 0.0F;
  for (std::size_t i = 0; i < n; ++i) {
    total += from[i];
  }
  return static_cast<std::uint64_t>(total);
#endif
}

void copy(float const* in, float* out, std::size_t n) {
  std::memcpy(out, in, n * sizeof(float));
}

void copy_streaming(float const* in, float* out, std::size_t n) {
#if defined(__SSE2__)
  std::size_t i = 0;
  while (i < n && reinterpret_cast<std::uintptr_t>(out + i) % 16 != 0) {
    out[i] = in[i];
    ++i;
  }
  for (; i + 4 <= n; i += 4) {
    _mm_stream_ps(out + i, _mm_loadu_ps(in + i));
  }
  copy(in + i, out + i, n - i);
  _mm_sfence();
#else
  copy(in, out, n);
#endif
}

template <class Copy>
void copy_on_all_threads(std::vector<float> const& from, std::vector<float>& to, Copy copy_range) {
  tbb::parallel_for(
      tbb::blocked_range<std::size_t>(0, from.size(), grain),
      [&](tbb::blocked_range<std::size_t> const& range) {
        copy_range(from.data() + range.begin(), to.data() + range.begin(), range.size());
      },
      tbb::static_partitioner{});
}

} // namespace

void read_everything(std::vector<float> const& from) {
  std::uint64_t const folded = tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, from.size(), grain), std::uint64_t{0},
      [&](tbb::blocked_range<std::size_t> const& range, std::uint64_t so_far) {
        return so_far ^ read_range(from.data() + range.begin(), range.size());
      },
      [](std::uint64_t a, std::uint64_t b) { return a ^ b; }, tbb::static_partitioner{});
  keep(folded);
}

void copy_everything(std::vector<float> const& from, std::vector<float>& to) {
  copy_on_all_threads(from, to, copy);
}

void copy_everything_streaming(std::vector<float> const& from, std::vector<float>& to) {
  copy_on_all_threads(from, to, copy_streaming);
}

} // namespace tandem_bench
