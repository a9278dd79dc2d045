// What the sort tests sort: types, sizes around the cut-offs, and shapes of input that have broken sorts
// before.
#pragma once

#include "support/total_order.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace sort_tests {

// How many elements a test sorts at most. Under a sanitizer everything takes ten times as long, and fewer go the
// same ways.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::size_t most_elements = 70'000;
#else
inline constexpr std::size_t most_elements = 2'000'000;
#endif

enum class pattern {
  random,
  sorted,
  reversed,
  equal,
  few_distinct,
  organ_pipe,
  sawtooth,
  nearly_sorted,
  extremes
};

inline constexpr pattern all_patterns[] = {pattern::random,   pattern::sorted,        pattern::reversed,
                                           pattern::equal,    pattern::few_distinct,  pattern::organ_pipe,
                                           pattern::sawtooth, pattern::nearly_sorted, pattern::extremes};

inline char const* name_of(pattern p) {
  constexpr char const* names[] = {"random",     "sorted",   "reversed",      "equal",   "few distinct",
                                   "organ pipe", "sawtooth", "nearly sorted", "extremes"};
  return names[static_cast<int>(p)];
}

/// Any bits; of floats that includes NaNs of both signs, infinities and subnormals.
template <class T>
T any_value(std::mt19937_64& random) {
  if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<float>(static_cast<std::uint32_t>(random()));
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<double>(static_cast<std::uint64_t>(random()));
  else
    return static_cast<T>(random());
}

template <class T>
T extreme_value(std::mt19937_64& random) {
  using limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    T const values[] = {T(0),
                        -T(0),
                        limits::infinity(),
                        -limits::infinity(),
                        limits::quiet_NaN(),
                        -limits::quiet_NaN(),
                        limits::denorm_min(),
                        -limits::denorm_min(),
                        limits::max(),
                        limits::lowest()};
    return values[random() % std::size(values)];
  } else {
    T const values[] = {limits::min(), limits::max(), T(0), T(1), static_cast<T>(limits::max() - T(1))};
    return values[random() % std::size(values)];
  }
}

template <class T>
std::vector<T> make(pattern shape, std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed * 1000003 + n);
  std::vector<T> data(n);
  for (std::size_t i = 0; i < n; ++i)
    switch (shape) {
    case pattern::random:
    case pattern::equal:
      data[i] = shape == pattern::equal && i > 0 ? data[0] : any_value<T>(random);
      break;
    case pattern::extremes:
      data[i] = extreme_value<T>(random);
      break;
    case pattern::few_distinct:
      data[i] = static_cast<T>(random() % 5);
      break;
    case pattern::organ_pipe:
      data[i] = static_cast<T>(i < n / 2 ? i : n - i);
      break;
    case pattern::sawtooth:
      data[i] = static_cast<T>(i % 97);
      break;
    case pattern::reversed:
      data[i] = static_cast<T>(n - i);
      break;
    case pattern::sorted:
    case pattern::nearly_sorted:
      data[i] = static_cast<T>(i);
      break;
    }
  if (shape == pattern::nearly_sorted)
    for (std::size_t i = 0; i < 1 + n / 100 && n > 0; ++i)
      std::swap(data[random() % n], data[random() % n]);
  return data;
}

using tandem_test::total_order;

template <class T>
std::vector<decltype(total_order(T{}))> in_total_order(std::vector<T> const& data) {
  std::vector<decltype(total_order(T{}))> keys;
  keys.reserve(data.size());
  for (T const key : data)
    keys.push_back(total_order(key));
  return keys;
}

} // namespace sort_tests
