#include "cpu/sort_patterns.hpp"
#include "cpu/sort_pools.hpp"

#include <tandem/cpu/comparison_sort.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>

using namespace sort_tests;

namespace {

struct record {
  std::uint64_t key;
  std::uint32_t payload;
  bool operator==(record const&) const = default;
};

struct large {
  std::int64_t key;
  unsigned char bytes[100];
};

struct by_key {
  template <class T>
  bool operator()(T const& a, T const& b) const {
    return a.key < b.key;
  }
};

constexpr std::size_t sizes[] = {0,  1,  2,  3,  7,   8,    11,   12,   13,   16,    17,    31,     32,    33,
                                 63, 64, 65, 97, 255, 1023, 1024, 2048, 2049, 10007, 65537, 131071, 300007};

} // namespace

TEST_CASE("records are sorted by a comparator", "[sort]") {
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns)
      for (auto const& how : pools()) {
        if (n > most_elements)
          continue;
        auto const keys = make<std::uint64_t>(shape, n, 1);
        std::vector<record> data;
        for (std::size_t i = 0; i < n; ++i)
          data.push_back({keys[i], static_cast<std::uint32_t>(i)});
        tandem::cpu::comparison_sort(how, data.data(), n, by_key{});
        INFO(name_of(shape) << ", n " << n);
        REQUIRE(std::is_sorted(data.begin(), data.end(), by_key{}));
        std::vector<bool> seen(n);
        for (record const& r : data) {
          REQUIRE(keys[r.payload] == r.key);
          seen[r.payload] = true;
        }
        REQUIRE(std::count(seen.begin(), seen.end(), true) == static_cast<std::ptrdiff_t>(n));
      }
}

TEST_CASE("large, move-only and allocating elements are sorted by a comparator", "[sort]") {
  for (std::size_t const n : sizes)
    for (pattern const shape :
         {pattern::random, pattern::few_distinct, pattern::organ_pipe, pattern::reversed})
      for (auto const& how : pools()) {
        if (n > most_elements)
          continue;
        auto const keys = make<std::int32_t>(shape, n, 2);
        auto expected = keys;
        std::sort(expected.begin(), expected.end());
        std::vector<large> structs(n);
        std::vector<std::unique_ptr<std::int32_t>> pointers;
        std::vector<std::string> strings;
        for (std::size_t i = 0; i < n; ++i) {
          structs[i].key = keys[i];
          structs[i].bytes[99] = static_cast<unsigned char>(keys[i]);
          pointers.push_back(std::make_unique<std::int32_t>(keys[i]));
          strings.push_back(std::to_string(keys[i]) + " and more than fits in place");
        }
        tandem::cpu::comparison_sort(how, structs.data(), n, by_key{});
        tandem::cpu::comparison_sort(how, pointers.data(), n, [](auto& a, auto& b) { return *a < *b; });
        auto sorted_strings = strings;
        std::sort(sorted_strings.begin(), sorted_strings.end(), std::greater<>{});
        tandem::cpu::comparison_sort(how, strings.data(), n, std::greater<>{});
        for (std::size_t i = 0; i < n; ++i)
          if (structs[i].key != expected[i] ||
              structs[i].bytes[99] != static_cast<unsigned char>(expected[i]) ||
              *pointers[i] != expected[i] || strings[i] != sorted_strings[i])
            FAIL("wrong at " << i << " of " << n << ", " << name_of(shape));
      }
}

TEST_CASE("std::pair and descending orders are sorted", "[sort]") {
  auto const keys = make<std::int32_t>(pattern::few_distinct, 50'000, 3);
  std::vector<std::pair<std::int32_t, std::uint32_t>> data;
  for (std::size_t i = 0; i < keys.size(); ++i)
    data.emplace_back(keys[i], static_cast<std::uint32_t>(i * 2654435761U));
  auto expected = data;
  std::sort(expected.begin(), expected.end(), std::greater<>{});
  for (auto const& how : pools()) {
    auto copy = data;
    tandem::cpu::comparison_sort(how, copy.data(), copy.size(), std::greater<>{});
    REQUIRE((copy == expected));
  }
}

namespace {

/// Sorts n distinct elements of T with a comparator made by `make_comparator(values_of, seed)`; whatever
/// happens, they must all be there afterwards.
template <class T, class MakeElement, class KeyOf, class Compare>
void survives(std::size_t n, tandem::cpu::execution const& how, MakeElement element, KeyOf key,
              Compare comp) {
  std::vector<T> data;
  for (std::size_t i = 0; i < n; ++i)
    data.push_back(element(static_cast<std::int64_t>((i * 2654435761U) % n)));
  std::vector<std::int64_t> before;
  for (T const& t : data)
    before.push_back(key(t));
  try {
    tandem::cpu::comparison_sort(how, data.data(), n, comp);
  } catch (std::runtime_error const&) {
  }
  std::vector<std::int64_t> after;
  for (T const& t : data)
    after.push_back(key(t));
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  REQUIRE((before == after));
}

template <class Less>
void survive_all(std::size_t n, tandem::cpu::execution const& how, Less less) {
  survives<record>(
      n, how,
      [](std::int64_t k) {
        return record{static_cast<std::uint64_t>(k), 1};
      },
      [](record const& r) { return static_cast<std::int64_t>(r.key); },
      [&](record const& a, record const& b) {
        return less(static_cast<std::int64_t>(a.key), static_cast<std::int64_t>(b.key));
      });
  survives<std::unique_ptr<std::int64_t>>(
      n, how, [](std::int64_t k) { return std::make_unique<std::int64_t>(k); },
      [](auto const& p) { return p == nullptr ? -1 : *p; },
      [&](auto const& a, auto const& b) { return less(*a, *b); });
  survives<std::string>(
      n, how, [](std::int64_t k) { return std::to_string(k); },
      [](std::string const& s) { return std::stoll("0" + s); },
      [&](std::string const& a, std::string const& b) { return less(std::stoll(a), std::stoll(b)); });
}

} // namespace

TEST_CASE("inconsistent comparators neither lose nor duplicate elements", "[sort]") {
  for (std::size_t const n : {5UL, 16UL, 32UL, 33UL, 100UL, 3000UL, 70'000UL})
    for (auto const& how : pools()) {
      survive_all(n, how, [](std::int64_t, std::int64_t) { return true; });
      survive_all(n, how, [](std::int64_t, std::int64_t) { return false; });
      survive_all(n, how, [](std::int64_t a, std::int64_t b) { return a <= b; });
      survive_all(n, how, [](std::int64_t a, std::int64_t b) { return (a * 7 + b * 13) % 5 < 2; });
      std::atomic<std::uint64_t> calls = 0;
      survive_all(n, how,
                  [&](std::int64_t, std::int64_t) { return (++calls * 0x9E3779B97F4A7C15U) >> 63 != 0; });
    }
}

TEST_CASE("a comparator that throws leaves every element in the array", "[sort]") {
  for (std::size_t const n : {2UL, 12UL, 31UL, 100UL, 3000UL, 70'000UL})
    for (std::size_t const at : {0UL, 1UL, 5UL, n / 2, n, 3 * n, 10 * n})
      for (auto const& how : pools()) {
        std::atomic<std::size_t> calls = 0;
        survive_all(n, how, [&](std::int64_t a, std::int64_t b) {
          if (calls++ == at)
            throw std::runtime_error("comparison failed");
          return a < b;
        });
      }
}

TEST_CASE("the comparator's exception reaches the caller", "[sort]") {
  for (auto const& how : pools()) {
    auto data = make<std::int64_t>(pattern::random, 100'000, 5);
    std::atomic<int> calls = 0;
    auto const comp = [&](std::int64_t a, std::int64_t b) {
      if (++calls == 200'000)
        throw std::runtime_error("comparison failed");
      return a < b;
    };
    REQUIRE_THROWS_WITH(tandem::cpu::comparison_sort(how, data.data(), data.size(), comp),
                        "comparison failed");
  }
}

TEST_CASE("comparisons stay O(n log n) on input made against quicksort", "[sort]") {
  // M. D. McIlroy's adversary (1999): decides the order of elements while they are compared.
  std::size_t const n = 20'000;
  std::vector<std::size_t> value(n, n);
  std::vector<std::size_t> data(n);
  for (std::size_t i = 0; i < n; ++i)
    data[i] = i;
  std::size_t solid = 0;
  std::size_t candidate = 0;
  std::size_t comparisons = 0;
  tandem::cpu::comparison_sort({}, data.data(), n, [&](std::size_t a, std::size_t b) {
    ++comparisons;
    if (value[a] == n && value[b] == n)
      value[a == candidate ? a : b] = solid++;
    if (value[a] == n)
      candidate = a;
    else if (value[b] == n)
      candidate = b;
    return value[a] < value[b];
  });
  CHECK(comparisons < 8 * n * 15);
}
