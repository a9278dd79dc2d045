#include <tandem/cpu/sum_scan.hpp>

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/clones.hpp>
#include <tandem/cpu/streaming.hpp>

#include "pages_ahead.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

/// Returns what comes before the next element.
template <class T, bool Inclusive>
T scan_plain(T const* in, T* out, std::size_t n, T before) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    auto const x = in[i]; // out may be in
    auto const with = before + x;
    out[i] = Inclusive ? with : before;
    before = with;
  }
  return before;
}

template <class T>
T sum_plain(T const* in, std::size_t n) noexcept {
  constexpr std::size_t lanes = 16; // side by side, so that floats can be added in vectors
  T sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t l = 0; l < lanes; ++l)
      sums[l] += in[i + l];
  for (; i < n; ++i)
    sums[0] += in[i];
  for (std::size_t l = 1; l < lanes; ++l)
    sums[0] += sums[l];
  return sums[0];
}

/// Scans in[0, n) to `out` and returns the sum of next[0, m).
template <class T>
using scan_and_sum = T (*)(T const* in, T* out, std::size_t n, T before, T const* next, std::size_t m);

template <class T, bool Inclusive>
T scan_and_sum_plain(T const* in, T* out, std::size_t n, T before, T const* next, std::size_t m) {
  scan_plain<T, Inclusive>(in, out, n, before);
  return sum_plain(next, m);
}

#if TANDEM_HAS_CLONES
#define TANDEM_V4 [[gnu::target("avx512f"), gnu::always_inline]] inline

/// Lanes of 32 bits and of 64: `shifted<s>(x)` has x[i - s] in lane i, zero below.
struct lanes_32 {
  static constexpr std::size_t count = 16;
  template <int S>
  TANDEM_V4 static __m512i shifted(__m512i x) noexcept {
    return _mm512_alignr_epi32(x, _mm512_setzero_si512(), 16 - S);
  }
  TANDEM_V4 static __m512i last(__m512i x) noexcept {
    return _mm512_permutexvar_epi32(_mm512_set1_epi32(15), x);
  }
};
struct lanes_64 {
  static constexpr std::size_t count = 8;
  template <int S>
  TANDEM_V4 static __m512i shifted(__m512i x) noexcept {
    return _mm512_alignr_epi64(x, _mm512_setzero_si512(), 8 - S);
  }
  TANDEM_V4 static __m512i last(__m512i x) noexcept {
    return _mm512_permutexvar_epi64(_mm512_set1_epi64(7), x);
  }
};

template <class T>
struct sums;
template <>
struct sums<std::uint32_t> : lanes_32 {
  TANDEM_V4 static __m512i add(__m512i a, __m512i b) noexcept { return _mm512_add_epi32(a, b); }
  TANDEM_V4 static __m512i all(std::uint32_t x) noexcept { return _mm512_set1_epi32(static_cast<int>(x)); }
};
template <>
struct sums<std::uint64_t> : lanes_64 {
  TANDEM_V4 static __m512i add(__m512i a, __m512i b) noexcept { return _mm512_add_epi64(a, b); }
  TANDEM_V4 static __m512i all(std::uint64_t x) noexcept {
    return _mm512_set1_epi64(static_cast<long long>(x));
  }
};
template <>
struct sums<float> : lanes_32 {
  TANDEM_V4 static __m512i add(__m512i a, __m512i b) noexcept {
    return _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
  }
  TANDEM_V4 static __m512i all(float x) noexcept { return _mm512_castps_si512(_mm512_set1_ps(x)); }
};
template <>
struct sums<double> : lanes_64 {
  TANDEM_V4 static __m512i add(__m512i a, __m512i b) noexcept {
    return _mm512_castpd_si512(_mm512_add_pd(_mm512_castsi512_pd(a), _mm512_castsi512_pd(b)));
  }
  TANDEM_V4 static __m512i all(double x) noexcept { return _mm512_castpd_si512(_mm512_set1_pd(x)); }
};

/// Kogge and Stone's prefix sums within each of `Vectors` vectors; from vector to vector only one addition waits
/// for the one before. Returns the carry in all lanes.
template <class T, std::size_t Vectors, bool Inclusive, bool Streaming>
TANDEM_V4 __m512i scan_vectors(T const* in, T* out, __m512i carry) noexcept {
  using v = sums<T>;
  __m512i x[Vectors];
  for (std::size_t k = 0; k < Vectors; ++k) {
    x[k] = _mm512_loadu_si512(in + k * v::count);
    x[k] = v::add(x[k], v::template shifted<1>(x[k]));
    x[k] = v::add(x[k], v::template shifted<2>(x[k]));
    x[k] = v::add(x[k], v::template shifted<4>(x[k]));
    if constexpr (v::count == 16)
      x[k] = v::add(x[k], v::template shifted<8>(x[k]));
  }
  for (std::size_t k = 0; k < Vectors; ++k) {
    auto const result = v::add(carry, Inclusive ? x[k] : v::template shifted<1>(x[k]));
    if constexpr (Streaming)
      _mm512_stream_si512(reinterpret_cast<__m512i*>(out + k * v::count), result);
    else
      _mm512_storeu_si512(out + k * v::count, result);
    carry = v::add(carry, v::last(x[k]));
  }
  return carry;
}

template <class T, std::size_t Vectors>
TANDEM_V4 void sum_vectors(T const* next, __m512i (&totals)[Vectors]) noexcept {
  prefetch_ahead(next, Vectors * sums<T>::count);
  for (std::size_t k = 0; k < Vectors; ++k)
    totals[k] = sums<T>::add(totals[k], _mm512_loadu_si512(next + k * sums<T>::count));
}
#undef TANDEM_V4

/// One loop reads what comes next from memory and writes what it has, so that memory is busy both ways.
template <class T, bool Inclusive, bool Streaming>
[[gnu::target("avx512f")]] T scan_and_sum_wide(T const* in, T* out, std::size_t n, T before, T const* next,
                                               std::size_t m) {
  using v = sums<T>;
  constexpr std::size_t vectors = 4, step = vectors * v::count;
  std::size_t i = elements_before_line(out, n), j = 0; // a store that spans two cache lines costs two
  auto carry = v::all(scan_plain<T, Inclusive>(in, out, i, before));
  __m512i totals[vectors];
  for (auto& x : totals)
    x = _mm512_setzero_si512();
  for (; i + step <= n && j + step <= m; i += step, j += step) {
    if (Streaming && j * sizeof(T) % page_bytes == 0)
      prefetch(reinterpret_cast<char const*>(out + i) + page_distance, 1);
    carry = scan_vectors<T, vectors, Inclusive, Streaming>(in + i, out + i, carry);
    sum_vectors(next + j, totals);
  }
  for (; i + step <= n; i += step) {
    prefetch_ahead(in + i, step);
    carry = scan_vectors<T, vectors, Inclusive, Streaming>(in + i, out + i, carry);
  }
  for (; i + v::count <= n; i += v::count)
    carry = scan_vectors<T, 1, Inclusive, Streaming>(in + i, out + i, carry);
  for (; j + step <= m; j += step)
    sum_vectors(next + j, totals);
  T last;
  __builtin_memcpy(&last, &carry, sizeof last);
  scan_plain<T, Inclusive>(in + i, out + i, n - i, last);
  T lanes[step];
  __builtin_memcpy(lanes, totals, sizeof totals);
  return sum_plain(lanes, step) + sum_plain(next + j, m - j);
}
#endif

template <class T, bool Inclusive>
scan_and_sum<T> kernel_for([[maybe_unused]] isa level, [[maybe_unused]] bool streaming) noexcept {
#if TANDEM_HAS_CLONES
  if (level == isa::v4)
    return streaming ? scan_and_sum_wide<T, Inclusive, true> : scan_and_sum_wide<T, Inclusive, false>;
#endif
  return scan_and_sum_plain<T, Inclusive>;
}

/// Whether an output of n elements is written past the caches: straight from registers, so from another size on than
/// prefers_streaming() says of copies by way of a buffer. Where the last cache can hold it, that took up to 1.4 times
/// as long; beyond, 0.7 times.
template <class T>
bool streams(T const* in, T const* out, std::size_t n, std::size_t head) noexcept {
  return in != out && n * sizeof(T) >= beyond_caches &&
         reinterpret_cast<std::uintptr_t>(out + head) % cache_line == 0;
}

/// The totals of pieces, which any thread may know first.
template <class T>
class piece_totals {
 public:
  explicit piece_totals(std::size_t pieces) : totals_(new total[pieces]) {}

  void publish(std::size_t piece, T sum) noexcept {
    totals_[piece].sum = sum;
    totals_[piece].known.store(true, std::memory_order_release);
  }
  T wait_for(std::size_t piece) const noexcept {
    constexpr int spins_before_yield = 64; // some µs; then another thread may need this processor
    auto const& one = totals_[piece];
    for (int spins = 0; !one.known.load(std::memory_order_acquire); ++spins) {
      if (spins >= spins_before_yield)
        std::this_thread::yield();
#if TANDEM_HAS_CLONES
      else
        _mm_pause();
#endif
    }
    return one.sum;
  }

 private:
  struct total {
    std::atomic<bool> known{false};
    T sum;
  };
  std::unique_ptr<total[]> totals_;
};

/// Elements of a piece: few enough that three stay in a core's second cache, as many that handing totals on does not
/// count, and several for each thread.
template <class T>
std::size_t piece_size(std::size_t n, std::size_t threads) noexcept {
  constexpr std::size_t least = (std::size_t{16} << 10) / sizeof(T),
                        most = (std::size_t{128} << 10) / sizeof(T);
  return std::clamp(n / (threads * 8), least, most) / least * least;
}

/// Threads take pieces in order. Each sums two ahead of the one that it writes, so that what it needs to know of the
/// others' is known long before. (A piece's total waits for those of earlier pieces only, so waiting ends.)
template <class T>
class chained_sums {
 public:
  chained_sums(T const* in, T* out, std::size_t n, T before, std::size_t piece, std::size_t head,
               scan_and_sum<T> kernel)
      : in_(in), out_(out), n_(n), before_(before), piece_(piece), head_(head), kernel_(kernel),
        pieces_((n - head - 1) / piece + 1), totals_(pieces_) {}

  std::size_t pieces() const noexcept { return pieces_; }

  void work() {
    auto sum = before_; // of all before the piece `upto`
    std::size_t upto = 0;
    auto held = first_total(), next = first_total();
    while (held < pieces_) {
      for (; upto < held; ++upto)
        sum = sum + totals_.wait_for(upto);
      auto const later = take();
      auto const total =
          kernel_(in_ + start(held), out_ + start(held), size(held), sum, in_ + start(later), size(later));
      if (later < pieces_)
        totals_.publish(later, total);
      held = next;
      next = later;
    }
  }

 private:
  std::size_t take() noexcept { return std::min(ticket_.fetch_add(1, std::memory_order_relaxed), pieces_); }
  // Pieces begin with cache lines of the output; what stands before the first line belongs to the first piece.
  std::size_t start(std::size_t piece) const noexcept {
    return piece == 0 ? 0 : std::min(head_ + piece * piece_, n_);
  }
  std::size_t size(std::size_t piece) const noexcept { return start(piece + 1) - start(piece); }

  std::size_t first_total() noexcept {
    auto const piece = take();
    if (piece < pieces_)
      totals_.publish(piece, kernel_(in_, out_, 0, T{}, in_ + start(piece), size(piece)));
    return piece;
  }

  T const* in_;
  T* out_;
  std::size_t n_;
  T before_;
  std::size_t piece_, head_;
  scan_and_sum<T> kernel_;
  std::size_t pieces_;
  piece_totals<T> totals_;
  alignas(cache_line) std::atomic<std::size_t> ticket_{0};
};

template <class T, bool Inclusive>
void scan_all(execution const& how, T const* in, T* out, std::size_t n, T before) {
  auto const head = elements_before_line(out, n);
  bool const streaming = streams(in, out, n, head);
  auto const kernel = kernel_for<T, Inclusive>(how.level, streaming);
  auto const threads = how.workers == nullptr ? 1 : how.workers->threads();
  auto const piece = piece_size<T>(n, threads);
  auto const finish = [streaming] {
    if (streaming)
      streaming_fence();
  };
  if (threads == 1 || n <= head + piece) {
    kernel(in, out, n, before, in, 0);
    return finish();
  }
  chained_sums<T> sums(in, out, n, before, piece, head, kernel);
  how.workers->for_workers(std::min(threads, sums.pieces()), [&](std::size_t) {
    sums.work();
    finish();
  });
}

template <class T>
void scan_any(execution const& how, T const* in, T* out, std::size_t n, T before, bool inclusive) {
  inclusive ? scan_all<T, true>(how, in, out, n, before) : scan_all<T, false>(how, in, out, n, before);
}

} // namespace

void sum_scan(execution const& how, std::uint32_t const* in, std::uint32_t* out, std::size_t n,
              std::uint32_t before, bool inclusive) {
  scan_any(how, in, out, n, before, inclusive);
}
void sum_scan(execution const& how, std::uint64_t const* in, std::uint64_t* out, std::size_t n,
              std::uint64_t before, bool inclusive) {
  scan_any(how, in, out, n, before, inclusive);
}
void sum_scan(execution const& how, float const* in, float* out, std::size_t n, float before,
              bool inclusive) {
  scan_any(how, in, out, n, before, inclusive);
}
void sum_scan(execution const& how, double const* in, double* out, std::size_t n, double before,
              bool inclusive) {
  scan_any(how, in, out, n, before, inclusive);
}

} // namespace tandem::cpu::detail
