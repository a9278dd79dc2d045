#pragma once

#include <tandem/cpu/cache_line.hpp>
#include <tandem/cpu/compress.hpp>
#include <tandem/cpu/permute.hpp>
#include <tandem/cpu/raw_buffer.hpp>
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

/// Buffers that stay with the thread from call to call. Taken out while they are used, for a predicate may filter, too.
template <class T>
class borrowed_buffers {
 public:
  borrowed_buffers() : held_(std::move(spare())) {
    if (!held_)
      held_.reset(new filter_buffers<T>);
  }
  borrowed_buffers(borrowed_buffers&&) noexcept = default;
  borrowed_buffers& operator=(borrowed_buffers&&) noexcept = default;
  ~borrowed_buffers() {
    if (held_)
      spare() = std::move(held_);
  }
  filter_buffers<T>* operator->() const noexcept { return held_.get(); }
  filter_buffers<T>& operator*() const noexcept { return *held_; }

 private:
  static std::unique_ptr<filter_buffers<T>>& spare() noexcept {
    thread_local std::unique_ptr<filter_buffers<T>> mine;
    return mine;
  }
  std::unique_ptr<filter_buffers<T>> held_;
};

/// The kept ones among values[0, count) to `out`, past the caches: only whole lines are streamed, but at the ends.
template <class T>
void stream_kept(T const* values, std::uint8_t const* keep, std::size_t count, T* out) noexcept {
  constexpr std::size_t part = 1024, line = cache_line / sizeof(T);
  alignas(cache_line) T run[line + part + compress_slack_bytes / sizeof(T)];
  // run[first, last) is to be stored at `out`, and stands in its lines as it will there
  std::size_t first = reinterpret_cast<std::uintptr_t>(out) % cache_line / sizeof(T), last = first;
  for (std::size_t i = 0; i < count; i += part) {
    last += compress(values + i, keep + i, count - i < part ? count - i : part, run + last, sizeof(T));
    auto const whole = last / line * line;
    if (whole == 0)
      continue;
    streaming_copy(out, run + first, (whole - first) * sizeof(T));
    out += whole - first;
    std::memcpy(run, run + whole, cache_line);
    first = 0;
    last -= whole;
  }
  std::memcpy(out, run + first, (last - first) * sizeof(T));
}

/// A tile's kept elements to buffers.kept and, if they are wanted, its others to buffers.rest.
template <class T>
void copy_apart(T const* values, std::size_t count, bool others, filter_buffers<T>& buffers) noexcept {
  compress(values, buffers.keep, count, buffers.kept, sizeof(T));
  if (!others)
    return;
  for (std::size_t i = 0; i < count; ++i)
    buffers.keep[i] ^= 1;
  compress(values, buffers.keep, count, buffers.rest, sizeof(T));
}

/// What a pass has done when it throws: the elements before `looked_at` are distributed, the others as they
/// were.
struct words_done {
  std::size_t kept = 0;
  std::size_t looked_at = 0;
};

/// Where a pass puts what it keeps.
enum class kept_to { its_input, elsewhere, elsewhere_past_caches };

template <class T>
kept_to place_for(void const* in, T const* out, std::size_t n) noexcept {
  if (in == out)
    return kept_to::its_input;
  return prefers_streaming(n * sizeof(T)) ? kept_to::elsewhere_past_caches : kept_to::elsewhere;
}

/// One chained pass over tiles. `load(first, count, buffers)` sets buffers.keep and returns where the tile's `count`
/// values stand, perhaps in buffers.rest: kept ones go to `out`, in order. Where that is the input, tiles are copied
/// before any element of theirs is overwritten, and the others go to `rest`, in order too, if it is not null.
template <class T, class Load>
std::size_t filter_tiles(execution const& how, std::size_t n, T* out, T* rest, kept_to where,
                         Load const& load, words_done* done = nullptr) {
  std::size_t kept_before = 0; // belongs to the thread whose turn it is
  auto const make = [&] {
    return [&, buffers = borrowed_buffers<T>()](std::size_t tile, turns& order) {
      auto const first = tile * filter_tile, count = n - first < filter_tile ? n - first : filter_tile;
      T const* const values = load(first, count, *buffers);
      auto const kept = count_kept(buffers->keep, count);
      if (where == kept_to::its_input)
        copy_apart(values, count, rest != nullptr && kept != count, *buffers);
      if (!order.wait_for(tile))
        return;
      auto const start = kept_before;
      kept_before += kept;
      if (done != nullptr)
        *done = {kept_before, first + count};
      order.pass(tile);
      switch (where) {
      case kept_to::its_input:
        std::memcpy(out + start, buffers->kept, kept * sizeof(T));
        if (rest != nullptr)
          std::memcpy(rest + (first - start), buffers->rest, (count - kept) * sizeof(T));
        return;
      case kept_to::elsewhere:
        return compress_exactly(values, buffers->keep, count, kept, out + start, sizeof(T));
      case kept_to::elsewhere_past_caches:
        stream_kept(values, buffers->keep, count, out + start);
        return streaming_fence();
      }
    };
  };
  for_tiles_in_turn(how, n / filter_tile + (n % filter_tile != 0), make);
  return kept_before;
}

/// The same for elements that stand in memory; `keep(first, last, mask)` says which. `out` may be `in`.
template <class T, class Keep>
std::size_t filter_words(execution const& how, std::size_t n, T const* in, T* out, T* rest, Keep const& keep,
                         words_done* done = nullptr) {
  return filter_tiles(
      how, n, out, rest, place_for(in, out, n),
      [&](std::size_t first, std::size_t count, filter_buffers<T>& buffers) {
        keep(first, first + count, buffers.keep);
        return in + first;
      },
      done);
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
        before_[t + 1] = count_kept(keep_.get() + t * tile, end - t * tile);
      }
    });
    before_[0] = 0;
    for (std::size_t t = 0; t < tiles_; ++t)
      before_[t + 1] += before_[t];
  }

  std::size_t kept() const noexcept { return before_[tiles_]; }
  bool operator[](std::size_t i) const noexcept { return keep_[i] != 0; }

  /// use(i, whether it is kept, how many kept ones come before it) for each element, in parallel.
  template <class Use>
  void for_each(execution const& how, Use const& use) const {
    for_ranges(how, tiles_, 1, [&](std::size_t first, std::size_t last) {
      auto before = before_[first];
      for (auto i = first * tile; i < (last * tile < n_ ? last * tile : n_); ++i) {
        use(i, keep_[i] != 0, before);
        before += keep_[i];
      }
    });
  }

  /// use(i, place) for each kept element, in parallel.
  template <class Use>
  void for_each_kept(execution const& how, Use const& use) const {
    for_each(how, [&use](std::size_t i, bool kept, std::size_t place) {
      if (kept)
        use(i, place);
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
template <class T>
void move_kept(kept_marks const& marks, std::size_t n, T* data) {
  for (std::size_t i = 0, place = 0; i < n; ++i) {
    if (!marks[i])
      continue;
    if (i != place)
      data[place] = std::move(data[i]);
    ++place;
  }
}

/// The kept elements come to the front and, where `Whole`, the others behind them, both in order. Whatever `keep`
/// throws, every element is in the array then.
template <bool Whole, class T, class Keep>
std::size_t partition_words(execution const& how, std::size_t n, T* data, Keep const& keep) {
  raw_buffer room(n * sizeof(T));
  auto* const rest = static_cast<T*>(room.data());
  auto const bring_back = [&](std::size_t kept, std::size_t others) {
    for_ranges(how, others, 16384, [&](std::size_t first, std::size_t last) {
      std::memcpy(data + kept + first, rest + first, (last - first) * sizeof(T));
    });
  };
  words_done done;
  try {
    filter_words(how, n, static_cast<T const*>(data), data, rest, keep, &done);
  } catch (...) {
    bring_back(done.kept, done.looked_at - done.kept);
    throw;
  }
  if constexpr (Whole)
    bring_back(done.kept, n - done.kept);
  return done.kept;
}

template <class Index, class T, class Keep>
std::size_t partition_by_positions(execution const& how, std::size_t n, T* data, Keep const& keep) {
  kept_marks const marks(how, n, keep);
  raw_buffer room(n * sizeof(Index));
  auto* const from = static_cast<Index*>(room.data());
  marks.for_each(how, [&](std::size_t i, bool kept, std::size_t kept_before) {
    from[kept ? kept_before : marks.kept() + (i - kept_before)] = static_cast<Index>(i);
  });
  permute(how, data, from, n);
  return marks.kept();
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

/// Elements with pred(x) first, then the others, both in order; returns how many of the first. Arithmetic
/// types: memory for n elements; others: n bytes, n positions and what `permute` needs. An exception from
/// pred leaves all elements in the array, in some order.
template <class T, class Pred>
std::size_t partition(execution const& how, std::size_t n, T* data, Pred&& pred) {
  auto const keep = detail::keep_where(how, static_cast<T const*>(data), pred);
  if constexpr (vectorisable<T>)
    return detail::partition_words<true>(how, n, data, keep);
  else if (n <= UINT32_MAX)
    return detail::partition_by_positions<std::uint32_t>(how, n, data, keep);
  else
    return detail::partition_by_positions<std::uint64_t>(how, n, data, keep);
}

} // namespace tandem::cpu
