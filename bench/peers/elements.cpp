#include "elements.hpp"

#include <random>
#include <type_traits>

namespace tandem_bench {

template <class T>
std::vector<T> random_numbers(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<T> made(n);
  for (T& x : made) {
    if constexpr (std::is_floating_point_v<T>) {
      x = static_cast<T>(static_cast<double>(random()) / 1e15 - 9e3);
    } else {
      x = static_cast<T>(random());
    }
  }
  return made;
}

template std::vector<std::uint8_t> random_numbers(std::size_t);
template std::vector<std::int32_t> random_numbers(std::size_t);
template std::vector<std::int64_t> random_numbers(std::size_t);
template std::vector<std::uint32_t> random_numbers(std::size_t);
template std::vector<std::uint64_t> random_numbers(std::size_t);
template std::vector<float> random_numbers(std::size_t);
template std::vector<double> random_numbers(std::size_t);

std::vector<keyed> random_pairs(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<keyed> made(n);
  for (std::size_t i = 0; i < n; ++i) {
    made[i] = {static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(i)};
  }
  return made;
}

std::vector<record> random_records(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<record> made(n);
  for (std::size_t i = 0; i < n; ++i) {
    made[i] = {random(), i};
  }
  return made;
}

std::vector<std::string> random_words(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<std::string> made(n);
  for (std::string& word : made) {
    word.resize(8 + random() % 17);
    for (char& letter : word) {
      letter = static_cast<char>('a' + random() % 26);
    }
  }
  return made;
}

} // namespace tandem_bench
