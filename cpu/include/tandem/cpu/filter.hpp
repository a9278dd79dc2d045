#pragma once

#include <tandem/cpu/compress.hpp>
#include <tandem/cpu/streaming.hpp>
#include <tandem/cpu/turns.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace tandem::cpu {
namespace detail {

/// Elements that a thread looks at before it needs to know where they go.
inline constexpr std::size_t filter_tile = 16384;

template <class T>
struct filter_buffers {
  std::uint8_t keep[filter_tile];
  alignas(64) T kept[filter_tile + compress_slack_bytes / sizeof(T)];
  alignas(64) T rest[filter_tile + compress_slack_bytes / sizeof(T)];
};

template <class T>
void store_run(T* to, T const* from, std::size_t count, bool streaming) noexcept {
  if (streaming)
    streaming_copy(to, from, count * sizeof(T));
  else if (count != 0)
    std::memcpy(to, from, count * sizeof(T));
}

/// One chained pass over tiles. `load(first, count, buffers)` sets buffers.keep and returns where the tile's
/// `count` values stand: kept ones go to `out`, the others to `rest` if it is not null, both in order. Tiles
/// are loaded before any element of theirs is overwritten. Where `rest` is null, `load` may put values into
/// buffers.rest.
template <class T, class Load>
std::size_t filter_tiles(execution const& how, std::size_t n, T* out, T* rest, bool streaming,
                         Load const& load) {
  std::size_t kept_before = 0; // belongs to the thread whose turn it is
  auto const make = [&] {
    return [&, buffers = std::unique_ptr<filter_buffers<T>>(new filter_buffers<T>)](std::size_t tile,
                                                                                    turns& order) {
      auto const first = tile * filter_tile, count = n - first < filter_tile ? n - first : filter_tile;
      T const* const values = load(first, count, *buffers);
      auto const kept = compress(values, buffers->keep, count, buffers->kept, sizeof(T));
      if (rest != nullptr) {
        for (std::size_t i = 0; i < count; ++i)
          buffers->keep[i] ^= 1;
        compress(values, buffers->keep, count, buffers->rest, sizeof(T));
      }
      if (!order.wait_for(tile))
        return;
      auto const start = kept_before;
      kept_before += kept;
      order.pass(tile);
      store_run(out + start, buffers->kept, kept, streaming);
      if (rest != nullptr)
        store_run(rest + (first - start), buffers->rest, count - kept, streaming);
      if (streaming)
        streaming_fence();
    };
  };
  for_tiles_in_turn(how, n / filter_tile + (n % filter_tile != 0), make);
  return kept_before;
}

/// The same for elements that stand in memory; `keep(first, last, mask)` says which. `out` may be `in`.
template <class T, class Keep>
std::size_t filter_words(execution const& how, std::size_t n, T const* in, T* out, T* rest,
                         Keep const& keep) {
  bool const streaming = in != out && prefers_streaming(n * sizeof(T));
  return filter_tiles(how, n, out, rest, streaming,
                      [&](std::size_t first, std::size_t count, filter_buffers<T>& buffers) {
                        keep(first, first + count, buffers.keep);
                        return in + first;
                      });
}

/// For any type: which elements to keep, and how many come before each tile.
class kept_marks {
 public:
  template <class Keep>
  kept_marks(execution const& how, std::size_t n, Keep const& keep)
      : n_(n), tiles_(n / tile + (n % tile != 0)), keep_(new std::uint8_t[n + 1]),
        before_(new std::size_t[tiles_ + 1]) {
    for_ranges(how, tiles_, 1, [&](std::size_t first, std::size_t last) {
      for (auto t = first; t < last; ++t) {
        auto const end = n_ - t * tile < tile ? n_ : (t + 1) * tile;
        keep(t * tile, end, keep_.get() + t * tile);
        std::size_t count = 0;
        for (auto i = t * tile; i < end; ++i)
          count += keep_[i];
        before_[t + 1] = count;
      }
    });
    before_[0] = 0;
    for (std::size_t t = 0; t < tiles_; ++t)
      before_[t + 1] += before_[t];
  }

  std::size_t kept() const noexcept { return before_[tiles_]; }
  bool operator[](std::size_t i) const noexcept { return keep_[i] != 0; }

  /// use(i, place) for each kept element, in parallel.
  template <class Use>
  void for_each_kept(execution const& how, Use const& use) const {
    for_ranges(how, tiles_, 1, [&](std::size_t first, std::size_t last) {
      auto place = before_[first];
      for (auto i = first * tile; i < (last * tile < n_ ? last * tile : n_); ++i)
        if (keep_[i] != 0)
          use(i, place++);
    });
  }

 private:
  static constexpr std::size_t tile = 512;
  std::size_t n_, tiles_;
  std::unique_ptr<std::uint8_t[]> keep_;
  std::unique_ptr<std::size_t[]> before_;
};

template <class T, class Pred>
auto keep_where(execution const& how, T const* in, Pred& pred) {
  return [level = how.level, in, &pred](std::size_t first, std::size_t last, std::uint8_t* keep) {
    evaluate(level, in + first, last - first, keep, pred);
  };
}

/// Moves the kept elements to the front, in order; the others are left moved-from behind them.
template <class T, class Take>
void move_kept(kept_marks const& marks, std::size_t n, T* data, Take const& take_other) {
  for (std::size_t i = 0, place = 0; i < n; ++i) {
    if (!marks[i]) {
      take_other(data[i]);
      continue;
    }
    if (i != place)
      data[place] = std::move(data[i]);
    ++place;
  }
}

} // namespace detail

/// Copies the elements with pred(x) to `out`, in order; returns how many. `out` has room for all that are
/// kept, and does not overlap `in` (arithmetic types: it may be `in`). pred is called once for each element.
/// Arithmetic types: one pass, about 150 Ki elements of scratch a thread at most; others: two, with n bytes.
template <class T, class Pred>
std::size_t filter(execution const& how, std::size_t n, T const* in, T* out, Pred&& pred) {
  auto const keep = detail::keep_where(how, in, pred);
  if constexpr (vectorisable<T>) {
    return detail::filter_words(how, n, in, out, static_cast<T*>(nullptr), keep);
  } else {
    detail::kept_marks const marks(how, n, keep);
    marks.for_each_kept(how, [&](std::size_t i, std::size_t place) { out[place] = in[i]; });
    return marks.kept();
  }
}

/// Elements with pred(x) first, then the others, both in order; returns how many of the first. Uses memory
/// for the others (and n bytes for types that are not arithmetic, whose elements are moved).
template <class T, class Pred>
std::size_t partition(execution const& how, std::size_t n, T* data, Pred&& pred) {
  auto const keep = detail::keep_where(how, static_cast<T const*>(data), pred);
  if constexpr (vectorisable<T>) {
    std::unique_ptr<T[]> const rest(new T[n]);
    auto const kept = detail::filter_words(how, n, static_cast<T const*>(data), data, rest.get(), keep);
    for_ranges(how, n - kept, 16384, [&](std::size_t first, std::size_t last) {
      std::memcpy(data + kept + first, rest.get() + first, (last - first) * sizeof(T));
    });
    return kept;
  } else {
    detail::kept_marks const marks(how, n, keep);
    auto const others = n - marks.kept();
    std::unique_ptr<T[]> const rest(new T[others]);
    std::size_t moved = 0;
    detail::move_kept(marks, n, data, [&](T& x) { rest[moved++] = std::move(x); });
    for (std::size_t i = 0; i < others; ++i)
      data[marks.kept() + i] = std::move(rest[i]);
    return marks.kept();
  }
}

} // namespace tandem::cpu
