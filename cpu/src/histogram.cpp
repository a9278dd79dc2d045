#include <tandem/cpu/histogram.hpp>

#include <algorithm>
#include <cstring>

#if TANDEM_HAS_CLONES
#include "intrinsics.hpp"
#endif

namespace tandem::cpu::detail {
namespace {

constexpr std::size_t stretch = 64; ///< elements that are counted at once where all are equal

#if TANDEM_HAS_CLONES
[[gnu::target("avx512f,avx512bw")]] void find_equal_wide(std::uint16_t const* where, std::size_t stretches,
                                                         std::uint8_t* same) noexcept {
  static_assert(stretch == 64);
  for (std::size_t b = 0; b < stretches; ++b) {
    auto const* const from = where + b * stretch;
    auto const all = _mm512_set1_epi16(static_cast<short>(*from));
    auto const differing = _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(from), all) |
                           _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(from + stretch / 2), all);
    same[b] = differing == 0 ? 1 : 0;
  }
}
#endif

/// same[b]: the elements of stretch b are equal.
void find_equal_stretches(isa level, std::uint16_t const* where, std::size_t stretches, std::uint8_t* same) {
#if TANDEM_HAS_CLONES
  if (level == isa::v4)
    return find_equal_wide(where, stretches, same);
#endif
  vectorised(level, [=] {
    for (std::size_t b = 0; b < stretches; ++b) {
      auto const* const from = where + b * stretch;
      std::uint16_t differing = 0;
      for (std::size_t i = 0; i < stretch; ++i)
        differing = static_cast<std::uint16_t>(differing | (from[i] ^ from[0]));
      same[b] = differing == 0 ? 1 : 0;
    }
  });
}

/// How many of a few elements of where[0, n) are equal to `value`, of which 16 are looked at.
constexpr std::size_t looked_at = 16;
std::size_t seen(std::uint16_t value, std::uint16_t const* where, std::size_t n) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < looked_at; ++i)
    count += where[i * n / looked_at] == value;
  return count;
}

#if TANDEM_HAS_CLONES
bool can_leave_out(isa level) noexcept {
  static bool const has_compress = [] {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512vbmi2") != 0;
  }();
  return level == isa::v4 && has_compress;
}

#define TANDEM_LEAVES_OUT gnu::target("avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")

/// Stores what is not `value` among a vector's worth of elements; returns how many.
[[TANDEM_LEAVES_OUT, gnu::always_inline]] inline std::size_t
store_others(std::uint16_t value, std::uint16_t const* from, std::uint16_t* out) noexcept {
  auto const x = _mm512_loadu_si512(from);
  auto const others = _mm512_cmpneq_epi16_mask(x, _mm512_set1_epi16(static_cast<short>(value)));
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(others, x));
  return static_cast<std::size_t>(__builtin_popcount(others));
}
[[TANDEM_LEAVES_OUT, gnu::always_inline]] inline std::size_t
store_others(std::uint8_t value, std::uint8_t const* from, std::uint8_t* out) noexcept {
  auto const x = _mm512_loadu_si512(from);
  auto const others = _mm512_cmpneq_epi8_mask(x, _mm512_set1_epi8(static_cast<char>(value)));
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(others, x));
  return static_cast<std::size_t>(__builtin_popcountll(others));
}

/// Copies what is not `value` to `out`, which has room for a vector of 64 bytes more; returns how many.
template <class T>
[[TANDEM_LEAVES_OUT]] std::size_t leave_out(T value, T const* from, std::size_t n, T* out) noexcept {
  constexpr std::size_t lanes = 64 / sizeof(T);
  std::size_t count = 0, i = 0;
  for (; i + lanes <= n; i += lanes)
    count += store_others(value, from + i, out + count);
  for (; i < n; ++i) {
    out[count] = from[i];
    count += from[i] != value;
  }
  return count;
}
#undef TANDEM_LEAVES_OUT
#endif

} // namespace

private_histogram::private_histogram(isa level, std::size_t bins, bool split)
    : level_(level), bins_(bins + 1), totals_(new std::uint32_t[bins_]()),
      tables_(split ? new std::uint16_t[bins_ * tables]() : nullptr) {}

void private_histogram::add(std::uint16_t const* where, std::size_t n) noexcept {
  added_ += n;
  if (tables_)
    return add_split(where, n);
  auto* const totals = totals_.get();
  for (std::size_t i = 0; i < n; ++i)
    ++totals[where[i]];
}

void private_histogram::add_split(std::uint16_t const* where, std::size_t n) noexcept {
  constexpr std::size_t most = 2 * 60'000; // 16 bits hold what one of two tables gets of it
  if (in_tables_ + n > most)
    join_tables();
  in_tables_ += n;
  std::uint8_t same[histogram_tile / stretch];
  auto const stretches = n / stretch;
  find_equal_stretches(level_, where, stretches, same);
  std::size_t equal = 0;
  for (std::size_t b = 0; b < stretches; ++b)
    equal += same[b];
  if (equal < stretches / 2 + 1)
    return add_tile(where, n);
  std::uint32_t alike = 0; // counted together: each addition to memory would wait for the one before
  for (std::size_t b = 0; b < stretches; ++b) {
    auto const* const from = where + b * stretch;
    if (same[b] == 0) {
      count<8>(from, stretch);
      continue;
    }
    alike += stretch;
    if (b + 1 < stretches && same[b + 1] != 0 && from[stretch] == from[0])
      continue;
    totals_[from[0]] += alike;
    alike = 0;
  }
  count<8>(where + stretches * stretch, n % stretch);
}

void private_histogram::add_tile(std::uint16_t const* where, std::size_t n) noexcept {
  auto most = seen(frequent_, where, n);
  for (std::size_t const i : {n / 5, n / 2, n - n / 7 - 1})
    if (auto const count = seen(where[i], where, n); count > most) {
      most = count;
      frequent_ = where[i];
    }
  if (most < looked_at / 4)
    return count<2>(where, n); // the fewer lines are written, the faster
#if TANDEM_HAS_CLONES
  if (can_leave_out(level_)) {
    alignas(64) std::uint16_t others[histogram_tile + 32];
    auto const left = leave_out(frequent_, where, n, others);
    totals_[frequent_] += static_cast<std::uint32_t>(n - left);
    return count<2>(others, left);
  }
#endif
  count<8>(where, n);
}

template <std::size_t Tables>
void private_histogram::count(std::uint16_t const* where, std::size_t n) noexcept {
  auto* const counts = tables_.get();
  auto const bins = bins_;
  constexpr std::size_t step = 8;
  static_assert(step % Tables == 0 && Tables <= tables);
  auto const rest = n % step;
  std::uint16_t* table[Tables];
  for (std::size_t t = 0; t < Tables; ++t)
    table[t] = counts + t * bins;
  for (auto const* const end = where + (n - rest); where != end; where += step)
    for (std::size_t k = 0; k < step; ++k)
      ++table[k % Tables][where[k]];
  for (std::size_t i = 0; i < rest; ++i)
    ++counts[where[i]];
}

void private_histogram::join_tables() noexcept {
  if (!tables_)
    return;
  auto* const totals = totals_.get();
  for (std::size_t t = 0; t < tables; ++t) {
    auto const* const table = tables_.get() + t * bins_;
    for (std::size_t b = 0; b < bins_; ++b)
      totals[b] += table[b];
  }
  std::memset(tables_.get(), 0, tables * bins_ * sizeof(std::uint16_t));
  in_tables_ = 0;
}

void private_histogram::clear() noexcept {
  std::memset(totals_.get(), 0, bins_ * sizeof(std::uint32_t));
  added_ = 0;
}

namespace {

constexpr std::size_t byte_tile = 4096;

#if TANDEM_HAS_CLONES
[[gnu::target("avx512f,avx512bw,popcnt")]] std::size_t
how_many_wide(std::uint8_t value, std::uint8_t const* in, std::size_t n) noexcept {
  constexpr std::size_t lanes = 64;
  auto const all = _mm512_set1_epi8(static_cast<char>(value));
  std::size_t count = 0, i = 0;
  for (; i + lanes <= n; i += lanes)
    count += static_cast<std::size_t>(
        __builtin_popcountll(_mm512_cmpeq_epi8_mask(_mm512_loadu_si512(in + i), all)));
  for (; i < n; ++i)
    count += in[i] == value;
  return count;
}
#endif

std::size_t how_many(isa level, std::uint8_t value, std::uint8_t const* in, std::size_t n) noexcept {
#if TANDEM_HAS_CLONES
  if (level == isa::v4)
    return how_many_wide(value, in, n);
#endif
  return vectorised(level, [=] {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < n; ++i)
      count += in[i] == value ? 1U : 0U;
    return std::size_t{count};
  });
}

/// A thread's own counts. One value that is much of a tile is counted by comparing, which is many times as fast.
class private_byte_counts {
 public:
  explicit private_byte_counts(isa level) noexcept : level_(level) {}

  void add(std::uint8_t const* in, std::size_t n) noexcept {
    added_ += n;
    if (n >= byte_tile && !may_be_frequent(frequent_, in, n) && !may_be_frequent(in[n / 2], in, n))
      return count<2>(in, n);
    auto same = how_many(level_, frequent_, in, n);
    if (auto const other = in[n / 2]; other != frequent_)
      if (auto const count = how_many(level_, other, in, n); count > same) {
        same = count;
        frequent_ = other;
      }
    if (same < n / 4)
      return count<2>(in, n); // the fewer lines are written, the faster
    if (same == n) {
      tables_[0][frequent_] += static_cast<std::uint32_t>(n);
      return;
    }
#if TANDEM_HAS_CLONES
    if (can_leave_out(level_)) {
      alignas(64) std::uint8_t others[byte_tile + 64];
      auto const left = leave_out(frequent_, in, n, others);
      tables_[0][frequent_] += static_cast<std::uint32_t>(same);
      return count<2>(others, left);
    }
#endif
    count<tables>(in, n);
  }

  /// Before 32 bits could overflow.
  bool full() const noexcept {
    return added_ > 0xf0000000u;
  }

  void give(std::uint64_t* counts) noexcept {
    for (std::size_t b = 0; b < byte_values; ++b) {
      std::uint64_t total = 0;
      for (auto& table : tables_) {
        total += table[b];
        table[b] = 0;
      }
      if (total != 0)
        std::atomic_ref<std::uint64_t>(counts[b]).fetch_add(total, std::memory_order_relaxed);
    }
    added_ = 0;
  }

 private:
  /// Whether `value` is much of two cache lines: looking at all would take as long as a twentieth of the counting.
  bool may_be_frequent(std::uint8_t value, std::uint8_t const* in, std::size_t n) const noexcept {
    constexpr std::size_t line = 64, few = 2 * line / 8; // half of what makes a value worth leaving out
    return how_many(level_, value, in, line) + how_many(level_, value, in + n / 2, line) > few;
  }

  static constexpr std::size_t tables = 8; ///< neighbours that are equal do not wait for each other's stores

  template <std::size_t Tables>
  void count(std::uint8_t const* in, std::size_t n) noexcept {
    constexpr std::size_t step = 8;
    static_assert(step % Tables == 0 && Tables <= tables);
    std::size_t i = 0;
    for (; i + step <= n; i += step)
      for (std::size_t k = 0; k < step; ++k)
        ++tables_[k % Tables][in[i + k]];
    for (; i < n; ++i)
      ++tables_[0][in[i]];
  }

  isa level_;
  std::uint8_t frequent_ = 0; ///< the last value that was counted apart
  std::size_t added_ = 0;     ///< since the last give()
  alignas(64) std::uint32_t tables_[tables][byte_values] = {};
};

} // namespace

void count_bytes(execution const& how, std::size_t n, std::uint8_t const* in, std::uint64_t* counts) {
  constexpr std::size_t turns_each = 16, least = 4, most = 64; // where a turn begins, memory is waited for
  auto const threads = how.workers == nullptr ? 1 : how.workers->threads();
  auto const turn = std::clamp(n / (threads * turns_each * byte_tile), least, most) * byte_tile;
  std::memset(counts, 0, byte_values * sizeof *counts);
  std::atomic<std::size_t> next{0};
  auto const work = [&](std::size_t) {
    private_byte_counts mine(how.level);
    for (auto first = next.fetch_add(turn); first < n; first = next.fetch_add(turn)) {
      auto const end = n - first < turn ? n : first + turn;
      for (auto at = first; at < end; at += byte_tile) {
        prefetch(in + at + byte_tile, byte_tile); // while this tile is counted
        mine.add(in + at, end - at < byte_tile ? end - at : byte_tile);
      }
      if (mine.full())
        mine.give(counts);
    }
    mine.give(counts);
  };
  auto const turns = n / turn + (n % turn != 0);
  if (threads == 1 || turns <= 1)
    work(0);
  else
    how.workers->for_workers(threads < turns ? threads : turns, work);
}

} // namespace tandem::cpu::detail
