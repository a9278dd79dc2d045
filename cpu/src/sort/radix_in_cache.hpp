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
    std::uint32_t starts[max_passes][std::size_t{1} << digit_bits];
    count(records, n, passes, width, starts);
    for (unsigned pass = 0; pass + 1 < passes; ++pass) {
      for (std::size_t i = 0; i < n; ++i)
        spare[starts[pass][(records[i].key >> (pass * width)) & mask]++] = records[i];
      std::swap(records, spare);
    }
    auto* const last = starts[passes - 1];
    for (std::size_t i = 0; i < n; ++i) {
      record const r = records[i];
      sink.put(first + last[(r.key >> ((passes - 1) * width)) & mask]++, static_cast<Key>(r.key + base),
               r.value);
    }
  }

 private:
  static constexpr std::size_t few = 24;
  static constexpr unsigned digit_bits = 8;
  static constexpr unsigned max_passes = sizeof(Key);

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

  /// All passes' digits in one reading, turned into where each digit's records start.
  static void count(record const* records, std::size_t n, unsigned passes, unsigned width,
                    std::uint32_t (*starts)[std::size_t{1} << digit_bits]) {
    std::size_t const digits = std::size_t{1} << width;
    for (unsigned pass = 0; pass < passes; ++pass)
      std::memset(starts[pass], 0, digits * sizeof(starts[pass][0]));
    for (std::size_t i = 0; i < n; ++i)
      for (unsigned pass = 0; pass < passes; ++pass)
        ++starts[pass][(records[i].key >> (pass * width)) & (digits - 1)];
    for (unsigned pass = 0; pass < passes; ++pass) {
      std::uint32_t before = 0;
      for (std::size_t digit = 0; digit < digits; ++digit)
        before += std::exchange(starts[pass][digit], before);
    }
  }
};

} // namespace tandem::cpu::sorting
