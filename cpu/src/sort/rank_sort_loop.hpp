#pragma once

#include "sort/key_kernels.hpp"

#include <cstddef>
#include <cstring>

// Sorting by counting, shared by the translation units of the instruction sets: everything in an unnamed
// namespace.

namespace tandem::cpu::sorting {
namespace {

/// `VectorBytes` is the width of the machine's vectors: compilers do badly with wider ones.
template <class Key, std::size_t VectorBytes>
struct rank_sorter {
  static constexpr std::size_t width = VectorBytes / sizeof(Key);
  using lanes [[gnu::vector_size(VectorBytes)]] = Key;

  static lanes spread(Key key) {
    return key - lanes{}; // every lane
  }

  /// Counts are collected negatively: a true comparison is -1. Equal keys keep their order, so ranks are
  /// distinct.
  [[gnu::always_inline]] static void sort(Key* keys, std::size_t n) {
    Key copy[rank_sort_limit + width];
    std::memcpy(copy, keys, n * sizeof(Key));
    std::memset(copy + n, 0, width * sizeof(Key));
    lanes lane;
    for (std::size_t i = 0; i < width; ++i)
      lane[i] = static_cast<Key>(i);
    for (std::size_t block = 0; block < n; block += width) {
      lanes const mine = load(copy + block);
      std::size_t const block_end = block + width < n ? block + width : n;
      lanes rank{};
      for (std::size_t i = 0; i < block; ++i)
        rank += as_keys(spread(copy[i]) <= mine);
      for (std::size_t i = block; i < block_end; ++i) {
        lanes const other = spread(copy[i]);
        lanes const behind = as_keys(lane > spread(static_cast<Key>(i - block)));
        rank += as_keys(other < mine) | (as_keys(other == mine) & behind);
      }
      for (std::size_t i = block_end; i < n; ++i)
        rank += as_keys(spread(copy[i]) < mine);
      Key places[width];
      std::memcpy(places, &rank, sizeof(places));
      for (std::size_t i = block; i < block_end; ++i)
        keys[static_cast<unsigned char>(-places[i - block])] = copy[i];
    }
  }

 private:
  static lanes load(Key const* from) {
    lanes v;
    std::memcpy(&v, from, sizeof(v));
    return v;
  }

  template <class Mask>
  static lanes as_keys(Mask mask) {
    return reinterpret_cast<lanes>(mask);
  }
};

} // namespace

#define TANDEM_DEFINE_RANK_SORTS(level, vector_bytes)                                                        \
  void rank_sort_##level(std::int16_t* keys, std::size_t n) {                                                \
    rank_sorter<std::int16_t, vector_bytes>::sort(keys, n);                                                  \
  }                                                                                                          \
  void rank_sort_##level(std::uint16_t* keys, std::size_t n) {                                               \
    rank_sorter<std::uint16_t, vector_bytes>::sort(keys, n);                                                 \
  }                                                                                                          \
  void rank_sort_##level(std::int32_t* keys, std::size_t n) {                                                \
    rank_sorter<std::int32_t, vector_bytes>::sort(keys, n);                                                  \
  }                                                                                                          \
  void rank_sort_##level(std::uint32_t* keys, std::size_t n) {                                               \
    rank_sorter<std::uint32_t, vector_bytes>::sort(keys, n);                                                 \
  }                                                                                                          \
  void rank_sort_##level(std::int64_t* keys, std::size_t n) {                                                \
    rank_sorter<std::int64_t, vector_bytes>::sort(keys, n);                                                  \
  }                                                                                                          \
  void rank_sort_##level(std::uint64_t* keys, std::size_t n) {                                               \
    rank_sorter<std::uint64_t, vector_bytes>::sort(keys, n);                                                 \
  }

} // namespace tandem::cpu::sorting
