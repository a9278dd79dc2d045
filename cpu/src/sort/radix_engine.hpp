#pragma once

#include "sort/radix_in_cache.hpp"

#include <tandem/cpu/raw_buffer.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace tandem::cpu::sorting {

template <class Raw, class Key, class Value>
class radix_engine {
 public:
  using record = radix_record<Key, Value>;
  using source_type = radix_source<Raw, Key, Value>;
  using sink_type = radix_sink<Raw, Key, Value>;

  radix_engine(execution const& how, sink_type const& sink)
      : how_(how), sink_(sink), threads_(how.workers == nullptr ? 1 : how.workers->threads()) {}

  void sort(source_type const& source, std::size_t n) const {
    auto const key_at = [source](std::size_t i) { return source.key(i); };
    auto const value_at = [source](std::size_t i) { return source.value(i); };
    extent const found = survey(n, key_at);
    if (found.sorted)
      return emit(n, [&](std::size_t i) { sink_.put(i, source.key(i), source.value(i)); });
    raw_buffer room(n * sizeof(record));
    raw_buffer spare((n <= in_cache / 2 ? n : threads_ * in_cache) *
                     sizeof(record)); // see distribute, sort_buckets
    auto* const records = static_cast<record*>(room.data());
    auto* const spares = static_cast<record*>(spare.data());
    auto const [buckets, done] = distribute(records, n, found, key_at, value_at);
    std::size_t const largest = largest_above_cache(buckets);
    raw_buffer other(largest * sizeof(record)); // the last large piece of memory, before anything is written
    sort_buckets({records, static_cast<record*>(other.data()), spares}, buckets, found.least, 0, done);
  }

 private:
  static constexpr std::size_t in_cache =
      32 * 1024; ///< records of the largest bucket that is sorted in one go
  static constexpr std::size_t bucket_target = 8 * 1024; ///< and of the bucket that is aimed at
  static constexpr unsigned most_bits = 11; ///< buckets written to at once: as many as a TLB knows pages
  static constexpr std::size_t grain = 32 * 1024;

  struct extent {
    Key least;
    Key greatest;
    bool sorted;
  };

  struct bucket {
    std::size_t first;
    std::size_t count;
  };

  template <class Body>
  void emit(std::size_t n, Body const& body) const {
    for_ranges(how_, n, grain, [&](std::size_t first, std::size_t last) {
      for (; first < last; ++first)
        body(first);
    });
  }

  template <class KeyAt>
  extent survey(std::size_t n, KeyAt const& key_at) const {
    extent all{key_at(0), key_at(0), true};
    std::mutex guard;
    for_ranges(how_, n, grain, [&](std::size_t first, std::size_t last) {
      Key least = key_at(first);
      Key greatest = least;
      unsigned unsorted = 0;
      std::size_t const pairs = std::min(last, n - 1);
      for (std::size_t i = first; i < pairs; ++i) {
        Key const key = key_at(i);
        unsorted |= key_at(i + 1) < key ? 1U : 0U;
        least = std::min(least, key);
        greatest = std::max(greatest, key);
      }
      std::lock_guard const lock(guard);
      all.least = std::min({all.least, least, key_at(last - 1)});
      all.greatest = std::max({all.greatest, greatest, key_at(last - 1)});
      all.sorted = all.sorted && unsorted == 0;
    });
    return all;
  }

  struct buckets_and_whether_done {
    std::vector<bucket> buckets;
    bool done; ///< all keys of a bucket are equal
  };

  /// Brings n elements as records to `to`, keys relative to the least, in buckets by their leading digit.
  template <class KeyAt, class ValueAt>
  buckets_and_whether_done distribute(record* to, std::size_t n, extent const& found, KeyAt const& key_at,
                                      ValueAt const& value_at) const {
    auto const bits = static_cast<unsigned>(std::bit_width(static_cast<Key>(found.greatest - found.least)));
    auto const wanted = static_cast<unsigned>(std::bit_width(n <= in_cache / 2 ? 0 : n / bucket_target));
    unsigned const digit = std::min({bits, wanted, most_bits});
    if (digit == 0)
      return {whole(to, n, found.least, key_at, value_at), false};
    unsigned const shift = bits - digit;
    auto const digit_of = [least = found.least, shift](Key key) {
      return static_cast<std::size_t>(static_cast<Key>(key - least) >> shift);
    };
    return {scatter(to, n, std::size_t{1} << digit, found.least, digit_of, key_at, value_at), shift == 0};
  }

  static std::size_t largest_above_cache(std::vector<bucket> const& buckets) {
    std::size_t largest = 0;
    for (bucket const& b : buckets)
      largest = b.count > in_cache ? std::max(largest, b.count) : largest;
    return largest;
  }

  template <class KeyAt, class ValueAt>
  static std::vector<bucket> whole(record* to, std::size_t n, Key least, KeyAt const& key_at,
                                   ValueAt const& value_at) {
    for (std::size_t i = 0; i < n; ++i)
      to[i] = {static_cast<Key>(key_at(i) - least), value_at(i)};
    return {{0, n}};
  }

  template <class DigitOf, class KeyAt, class ValueAt>
  std::vector<bucket> scatter(record* to, std::size_t n, std::size_t digits, Key least,
                              DigitOf const& digit_of, KeyAt const& key_at, ValueAt const& value_at) const {
    std::size_t const parts = threads_ == 1 ? 1 : std::clamp<std::size_t>(n / grain, 1, 4 * threads_);
    auto const start_of = [&](std::size_t part) { return part == parts ? n : n / parts * part; };
    std::vector<std::size_t> starts(parts * digits);
    each_part(parts, [&](std::size_t part) {
      count_digits(starts.data() + part * digits, start_of(part), start_of(part + 1), digit_of, key_at);
    });
    std::vector<bucket> buckets(digits);
    std::size_t before = 0;
    for (std::size_t digit = 0; digit < digits; ++digit) {
      buckets[digit].first = before;
      for (std::size_t part = 0; part < parts; ++part)
        before += std::exchange(starts[part * digits + digit], before);
      buckets[digit].count = before - buckets[digit].first;
    }
    each_part(parts, [&](std::size_t part) {
      move_to_buckets(to, starts.data() + part * digits, start_of(part), start_of(part + 1), least, digit_of,
                      key_at, value_at);
    });
    return buckets;
  }

  // By value, so that what the loops write cannot be what the functions read.
  template <class DigitOf, class KeyAt>
  static void count_digits(std::size_t* counts, std::size_t first, std::size_t last, DigitOf digit_of,
                           KeyAt key_at) {
    for (; first < last; ++first)
      ++counts[digit_of(key_at(first))];
  }

  template <class DigitOf, class KeyAt, class ValueAt>
  static void move_to_buckets(record* to, std::size_t* next, std::size_t first, std::size_t last, Key least,
                              DigitOf digit_of, KeyAt key_at, ValueAt value_at) {
    for (; first < last; ++first) {
      Key const key = key_at(first);
      to[next[digit_of(key)]++] = {static_cast<Key>(key - least), value_at(first)};
    }
  }

  template <class Body>
  void each_part(std::size_t parts, Body const& body) const {
    for_ranges(how_, parts, 1, [&](std::size_t first, std::size_t last) {
      for (; first < last; ++first)
        body(first);
    });
  }

  struct memory {
    record* records; ///< what is to be sorted
    record* other;   ///< as much as the largest bucket that does not fit into the cache
    record* spares;  ///< in_cache records for each thread
  };

  /// Those that fit into the cache one by one, on as many threads as there are; then the others, each on all
  /// threads.
  void sort_buckets(memory const& room, std::vector<bucket> const& buckets, Key base, std::size_t position,
                    bool done) const {
    std::atomic<std::size_t> next = 0;
    auto const work = [&](std::size_t worker) {
      record* const spare = room.spares + worker * in_cache;
      for (std::size_t i = next++; i < buckets.size(); i = next++)
        if (bucket const b = buckets[i]; b.count <= in_cache)
          radix_in_cache<Raw, Key, Value>::sort(room.records + b.first, spare, b.count, base, sink_,
                                                position + b.first);
    };
    std::size_t const workers = std::min(threads_, buckets.size());
    if (workers == 1)
      work(0);
    else
      how_.workers->for_workers(workers, work);
    for (bucket const& b : buckets)
      if (b.count > in_cache)
        sort_large_bucket({room.records + b.first, room.other, room.spares}, b.count, base,
                          position + b.first, done);
  }

  /// Distributes into the other memory; the records' own is then free for what is large in there.
  void sort_large_bucket(memory const& room, std::size_t n, Key base, std::size_t position, bool done) const {
    record const* const records = room.records;
    auto const key_at = [=](std::size_t i) { return records[i].key; };
    auto const value_at = [=](std::size_t i) { return records[i].value; };
    extent const found = done ? extent{0, 0, true} : survey(n, key_at);
    if (found.sorted)
      return emit(n, [&](std::size_t i) {
        sink_.put(position + i, static_cast<Key>(records[i].key + base), records[i].value);
      });
    auto const [buckets, finished] = distribute(room.other, n, found, key_at, value_at);
    sort_buckets({room.other, room.records, room.spares}, buckets, static_cast<Key>(base + found.least),
                 position, finished);
  }

  execution how_;
  sink_type sink_;
  std::size_t threads_;
};

/// The engine for one width of keys and of values.
template <class Raw, class Value>
void radix_sort_as(execution const& how, radix_keys const& keys, radix_values const& values) {
  using Key = std::conditional_t<(sizeof(Raw) < 8), std::uint32_t, std::uint64_t>;
  key_mapping<Raw, Key> const mapping(keys.kind, keys.order);
  bool const widened = values.output_size > sizeof(Value);
  radix_sink<Raw, Key, Value> const sink{
      static_cast<Raw*>(values.sorted_keys),
      widened ? nullptr : static_cast<typename borrowed<Value>::type*>(values.sorted_values),
      widened ? static_cast<std::uint64_t*>(values.sorted_values) : nullptr, mapping};
  radix_source<Raw, Key, Value> const source{
      static_cast<Raw const*>(keys.data), static_cast<typename borrowed<Value>::type const*>(values.values),
      mapping};
  radix_engine<Raw, Key, Value>(how, sink).sort(source, keys.count);
}

template <class Value>
void radix_sort_with(execution const& how, radix_keys const& keys, radix_values const& values) {
  switch (keys.kind) {
  case key_kind::i8:
  case key_kind::u8:
    return radix_sort_as<std::uint8_t, Value>(how, keys, values);
  case key_kind::i16:
  case key_kind::u16:
    return radix_sort_as<std::uint16_t, Value>(how, keys, values);
  case key_kind::i32:
  case key_kind::u32:
  case key_kind::f32:
    return radix_sort_as<std::uint32_t, Value>(how, keys, values);
  case key_kind::i64:
  case key_kind::u64:
  case key_kind::f64:
    return radix_sort_as<std::uint64_t, Value>(how, keys, values);
  case key_kind::none:
    break;
  }
}

extern template void radix_sort_with<std::uint32_t>(execution const&, radix_keys const&, radix_values const&);
extern template void radix_sort_with<std::uint64_t>(execution const&, radix_keys const&, radix_values const&);

} // namespace tandem::cpu::sorting
