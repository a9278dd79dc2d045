#include "cpu/sort_patterns.hpp"
#include "cpu/sort_pools.hpp"

#include <tandem/cpu/merge_sort.hpp>
#include <tandem/cpu/radix_sort.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <numeric>
#include <stdexcept>

using namespace sort_tests;
using tandem::cpu::key_kind_of;
using tandem::cpu::radix_sort;
using tandem::cpu::sort_order;

namespace {

constexpr std::size_t sizes[] = {0,   1,    2,    3,     23,    24,    25,     100,
                                 255, 1000, 4099, 16384, 16385, 40000, 100003, 600011};

template <class T>
std::vector<std::uint32_t> expected_positions(std::vector<T> const& keys, sort_order order) {
  auto const places = in_total_order(keys);
  std::vector<std::uint32_t> positions(keys.size());
  std::iota(positions.begin(), positions.end(), 0U);
  std::stable_sort(positions.begin(), positions.end(), [&](std::uint32_t a, std::uint32_t b) {
    return order == sort_order::ascending ? places[a] < places[b] : places[b] < places[a];
  });
  return positions;
}

template <class T>
void check(std::vector<T> const& keys, sort_order order, tandem::cpu::execution const& how) {
  std::size_t const n = keys.size();
  auto const expected = expected_positions(keys, order);
  tandem::cpu::radix_keys const input{keys.data(), n, key_kind_of<T>(), order};

  std::vector<std::uint32_t> positions(n, 77);
  radix_sort(how, input, {.sorted_values = positions.data()});
  REQUIRE((positions == expected));

  std::vector<std::uint64_t> wide(n, 77);
  radix_sort(how, input, {.sorted_values = wide.data(), .output_size = 8});
  REQUIRE(std::equal(wide.begin(), wide.end(), expected.begin(), expected.end()));

  auto sorted = keys;
  std::vector<std::uint64_t> values(n);
  for (std::size_t i = 0; i < n; ++i)
    values[i] = i * 0x9E3779B97F4A7C15U;
  radix_sort(how, {sorted.data(), n, key_kind_of<T>(), order},
             {sorted.data(), values.data(), values.data(), 8, 8});
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    wrong += values[i] != expected[i] * 0x9E3779B97F4A7C15U ||
             total_order(sorted[i]) != total_order(keys[expected[i]]);
  REQUIRE(wrong == 0);
}

} // namespace

TEMPLATE_TEST_CASE("radix sort keeps equal keys in order", "[sort]", std::int8_t, std::uint8_t, std::int16_t,
                   std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, float, double) {
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns)
      for (auto const& how : pools()) {
        if (n > most_elements)
          continue;
        INFO(name_of(shape) << ", n " << n);
        check(make<TestType>(shape, n, 4), n % 2 == 0 ? sort_order::descending : sort_order::ascending, how);
      }
}

TEST_CASE("radix sort copes with keys that crowd in a few places", "[sort]") {
  for (std::size_t const n : {100'000UL, 700'000UL})
    for (auto const& how : pools()) {
      std::mt19937_64 random(n);
      std::vector<std::uint64_t> clusters(n);
      std::vector<double> exponential(n);
      for (std::size_t i = 0; i < n; ++i) {
        clusters[i] = (random() % 3 << 60) + (random() % 50 << 32) + random() % 1000;
        exponential[i] = std::bit_cast<double>((random() % 2000) << 52 | random() >> 60);
      }
      clusters[0] = ~std::uint64_t{0};
      check(clusters, sort_order::ascending, how);
      check(exponential, sort_order::descending, how);
    }
}

namespace {

struct keyed {
  std::int32_t key;
  std::uint32_t place;
};

struct keyed_on_heap {
  std::unique_ptr<std::int32_t> key;
  std::uint32_t place;
};

} // namespace

TEST_CASE("merge sort is stable for trivial and for move-only elements", "[sort]") {
  for (std::size_t const n :
       {0UL, 1UL, 2UL, 16UL, 17UL, 32UL, 33UL, 64UL, 1000UL, 4097UL, 16'385UL, 100'003UL})
    for (pattern const shape : all_patterns)
      for (auto const& how : pools()) {
        auto keys = make<std::int32_t>(shape, n, 9);
        for (auto& key : keys)
          key /= 16;
        std::vector<keyed> trivial(n);
        std::vector<keyed_on_heap> movable;
        for (std::uint32_t i = 0; i < n; ++i) {
          trivial[i] = {keys[i], i};
          movable.push_back({std::make_unique<std::int32_t>(keys[i]), i});
        }
        auto const expected = expected_positions(keys, sort_order::ascending);
        tandem::cpu::merge_sort(how, trivial.data(), n,
                                [](keyed const& a, keyed const& b) { return a.key < b.key; });
        tandem::cpu::merge_sort(how, movable.data(), n,
                                [](auto const& a, auto const& b) { return *a.key < *b.key; });
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < n; ++i)
          wrong += trivial[i].place != expected[i] || movable[i].place != expected[i] ||
                   *movable[i].key != keys[expected[i]] || trivial[i].key != keys[expected[i]];
        INFO(name_of(shape) << ", n " << n);
        REQUIRE(wrong == 0);
      }
}

TEST_CASE("merge sort loses nothing when comparisons throw or contradict each other", "[sort]") {
  for (std::size_t const n : {2UL, 20UL, 100UL, 5000UL, 70'000UL})
    for (std::size_t const at : {0UL, 1UL, n / 2, 2 * n, 6 * n, std::size_t{1} << 60})
      for (auto const& how : pools()) {
        std::vector<keyed> trivial(n);
        std::vector<keyed_on_heap> movable;
        for (std::uint32_t i = 0; i < n; ++i) {
          trivial[i] = {static_cast<std::int32_t>(i * 2654435761U), i};
          movable.push_back({std::make_unique<std::int32_t>(static_cast<std::int32_t>(i * 2654435761U)), i});
        }
        std::atomic<std::size_t> calls = 0;
        auto const less = [&](std::int32_t a, std::int32_t b) {
          if (calls++ == at)
            throw std::runtime_error("comparison failed");
          return at >> 60 != 0
                     ? ((static_cast<std::uint32_t>(a) * 31U + static_cast<std::uint32_t>(b)) & 8U) != 0
                     : a < b;
        };
        bool thrown = false;
        try {
          tandem::cpu::merge_sort(how, trivial.data(), n,
                                  [&](auto& a, auto& b) { return less(a.key, b.key); });
        } catch (std::runtime_error const&) {
          thrown = true;
        }
        REQUIRE(thrown == (calls > at));
        calls = 0;
        try {
          tandem::cpu::merge_sort(how, movable.data(), n,
                                  [&](auto& a, auto& b) { return less(*a.key, *b.key); });
        } catch (std::runtime_error const&) {
        }
        std::vector<int> seen(n);
        std::vector<int> seen_on_heap(n);
        for (std::size_t i = 0; i < n; ++i) {
          ++seen[trivial[i].place];
          ++seen_on_heap[movable[i].place];
        }
        REQUIRE((seen == std::vector<int>(n, 1)));
        REQUIRE((seen_on_heap == std::vector<int>(n, 1)));
      }
}
