// What the jobs of tandem-bench peers work on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tandem_bench {

/// A key and its position; sorted stably by the key.
struct keyed {
  std::uint32_t key;
  std::uint32_t value;
};

/// Sorted by a comparator.
struct record {
  std::uint64_t key;
  std::uint64_t payload;
};

/// How each type of element is sorted.
struct in_order {
  template <class T>
  constexpr bool operator()(T const& a, T const& b) const {
    return a < b;
  }
  constexpr bool operator()(keyed const& a, keyed const& b) const { return a.key < b.key; }
  constexpr bool operator()(record const& a, record const& b) const { return a.key < b.key; }
};

/// n numbers, the same in every run: all values of an integer type, or floats of both signs without NaNs.
template <class T>
std::vector<T> random_numbers(std::size_t n);

extern template std::vector<std::uint8_t> random_numbers(std::size_t);
extern template std::vector<std::int32_t> random_numbers(std::size_t);
extern template std::vector<std::int64_t> random_numbers(std::size_t);
extern template std::vector<std::uint32_t> random_numbers(std::size_t);
extern template std::vector<std::uint64_t> random_numbers(std::size_t);
extern template std::vector<float> random_numbers(std::size_t);
extern template std::vector<double> random_numbers(std::size_t);

std::vector<keyed> random_pairs(std::size_t n);
std::vector<record> random_records(std::size_t n);
std::vector<std::string> random_words(std::size_t n); ///< of 8 to 24 letters

} // namespace tandem_bench
