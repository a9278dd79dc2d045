#pragma once

#include "sort/radix_records.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace tandem::cpu::sorting {

/// Stable least-significant-digit sort of what fits into the cache; the last pass writes to the caller's
/// arrays.
template <class Raw, class Key, class Value>
class radix_in_cache {
 public:
  using record = radix_record<Key, Value>;

  /// Sorts records[0, n), whose keys are relative to `base`, to position `first` of the sink. Uses as much of
  /// `spare`.
  static void sort(record* records, record* spare, std::size_t n, Key base,
                   radix_sink<Raw, Key, Value> const& sink, std::size_t first) {
    if (n <= few)
      insertion_sort(records, n);
    unsigned const bits = n <= few ? 0 : differing_bits(records, n);
    if (bits == 0) {
      for (std::size_t i = 0; i < n; ++i)
        sink.put(first + i, static_cast<Key>(records[i].key + base), records[i].value);
      return;
    }
    unsigned const passes = (bits + digit_bits - 1) / digit_bits;
    unsigned const width = (bits + passes - 1) / passes;
    Key const mask = static_cast<Key>((Key{1} << width) - 1);
    table starts[max_passes];
    count(records, n, passes, width, starts);
    for (unsigned pass = 0; pass + 1 < passes; ++pass) {
      auto* const next = starts[pass];
      unsigned const shift = pass * width;
      for (std::size_t i = 0; i < n; ++i) {
        record const r = records[i];
        spare[next[(r.key >> shift) & mask]++] = r;
      }
      std::swap(records, spare);
    }
    auto* const last = starts[passes - 1];
    unsigned const shift = (passes - 1) * width;
    auto const out = sink; // a copy: what is written could not be told from a member of the original
    for (std::size_t i = 0; i < n; ++i) {
      record const r = records[i];
      out.put(first + last[(r.key >> shift) & mask]++, static_cast<Key>(r.key + base), r.value);
    }
  }

 private:
  static constexpr std::size_t few = 24;
  static constexpr unsigned digit_bits = 8;
  static constexpr unsigned max_passes = sizeof(Key);
  using table = std::uint32_t[std::size_t{1} << digit_bits];

  static void insertion_sort(record* records, std::size_t n) {
    for (std::size_t i = 1; i < n; ++i) {
      record const taken = records[i];
      std::size_t hole = i;
      for (; hole > 0 && taken.key < records[hole - 1].key; --hole)
        records[hole] = records[hole - 1];
      records[hole] = taken;
    }
  }

  static unsigned differing_bits(record const* records, std::size_t n) {
    Key differing = 0;
    for (std::size_t i = 1; i < n; ++i)
      differing |= records[i].key ^ records[0].key;
    return static_cast<unsigned>(std::bit_width(differing));
  }

  static void count(record const* records, std::size_t n, unsigned passes, unsigned width, table* starts) {
    switch (passes) {
    case 1:
      return count<1>(records, n, width, starts);
    case 2:
      return count<2>(records, n, width, starts);
    case 3:
      return count<3>(records, n, width, starts);
    case 4:
      return count<4>(records, n, width, starts);
    default:
      return count<max_passes>(records, n, width, starts); // no digit but 0 in those that there are not
    }
  }

  /// All passes' digits in one reading, turned into where each digit's records start.
  template <unsigned Passes>
  static void count(record const* records, std::size_t n, unsigned width, table* starts) {
    Key const mask = static_cast<Key>((Key{1} << width) - 1);
    for (unsigned pass = 0; pass < Passes; ++pass)
      std::memset(starts[pass], 0, (std::size_t{1} << width) * sizeof(starts[pass][0]));
    for (std::size_t i = 0; i < n; ++i) {
      Key key = records[i].key;
      for (unsigned pass = 0; pass < Passes; ++pass) {
        ++starts[pass][key & mask];
        key >>= width;
      }
    }
    for (unsigned pass = 0; pass < Passes; ++pass) {
      std::uint32_t before = 0;
      for (std::size_t digit = 0; digit <= mask; ++digit)
        before += std::exchange(starts[pass][digit], before);
    }
  }
};

} // namespace tandem::cpu::sorting
