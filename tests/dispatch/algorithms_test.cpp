#include <tandem/tandem.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>

using namespace tandem;

namespace {

template <class T>
std::vector<T> values_of(std::size_t n) {
  std::vector<T> values(n);
  std::uint32_t state = 12345;
  for (auto& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<T>(static_cast<std::int32_t>(state >> 12) % 2001 - 1000);
  }
  return values;
}

std::vector<std::size_t> const sizes{0, 1, 2, 17, 1000, 4096, 4097, 100003, 1000003};

} // namespace

TEMPLATE_TEST_CASE("Scans equal a loop", "[scan]", std::int32_t, std::int64_t, double) {
  for (auto const n : sizes) {
    auto const in = values_of<TestType>(n); // sums are exact in double too
    std::vector<TestType> inclusive(n), exclusive(n), out(n);
    std::inclusive_scan(in.begin(), in.end(), inclusive.begin());
    std::exclusive_scan(in.begin(), in.end(), exclusive.begin(), TestType{7});
    parallel_inclusive_scan(in, out);
    REQUIRE((out == inclusive));
    parallel_inclusive_scan(on_cpu, in, out, plus{});
    REQUIRE((out == inclusive));
    parallel_exclusive_scan(automatic, in, out, TestType{7}, plus{});
    REQUIRE((out == exclusive));
    parallel_exclusive_scan(in, out, 7);
    REQUIRE((out == exclusive));
    auto in_place = in;
    parallel_inclusive_scan(in_place, in_place, [](auto a, auto b) { return a + b; });
    REQUIRE((in_place == inclusive));
  }
  std::vector<TestType> in(5), out(4);
  REQUIRE_THROWS_WITH(parallel_inclusive_scan(in, out), Catch::Contains("5") && Catch::Contains("4"));
  REQUIRE_THROWS_AS(parallel_inclusive_scan(std::span(in).first(4), std::span(in).last(4)),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(parallel_exclusive_scan(in, out, 0), std::invalid_argument);
}

TEST_CASE("Float scans have the same bits on any number of threads", "[scan]") {
  auto in = values_of<float>(300007);
  for (auto& x : in)
    x = x / 7.0f;
  runtime one({.threads = 1}), four({.threads = 4});
  std::vector<float> a(in.size()), b(in.size());
  parallel_inclusive_scan(on_cpu.with(one), in, a);
  parallel_inclusive_scan(on_cpu.with(four), in, b);
  REQUIRE(std::memcmp(a.data(), b.data(), a.size() * 4) == 0);
}

TEMPLATE_TEST_CASE("Filter, partition, unique", "[filter]", std::int32_t, float, std::string) {
  for (auto const n : sizes) {
    std::vector<TestType> in;
    for (auto const x : values_of<std::int32_t>(n > 200000 ? 200000 : n)) {
      if constexpr (std::is_same_v<TestType, std::string>)
        in.push_back(std::to_string(x / 100));
      else
        in.push_back(static_cast<TestType>(x / 100));
    }
    auto const pred = [](TestType const& x) {
      if constexpr (std::is_same_v<TestType, std::string>)
        return x[0] == '-';
      else
        return x < 0;
    };
    std::vector<TestType> expected, distinct = in, parted = in;
    std::copy_if(in.begin(), in.end(), std::back_inserter(expected), pred);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::stable_partition(parted.begin(), parted.end(), pred);
    REQUIRE((parallel_filter(in, pred) == expected));
    std::vector<TestType> out(in.size());
    REQUIRE(parallel_filter(on_cpu, in, out, pred) == expected.size());
    REQUIRE(std::equal(expected.begin(), expected.end(), out.begin()));
    if (!expected.empty()) {
      std::vector<TestType> exact(expected.size()), small(expected.size() - 1);
      REQUIRE(parallel_filter(in, exact, pred) == expected.size());
      REQUIRE((exact == expected));
      REQUIRE_THROWS_AS(parallel_filter(in, small, pred), std::invalid_argument);
    }
    auto copy = in;
    copy.resize(parallel_unique(copy));
    REQUIRE((copy == distinct));
    copy = in;
    REQUIRE(parallel_partition(copy, pred) == expected.size());
    REQUIRE((copy == parted));
  }
  std::vector<TestType> same(10);
  REQUIRE_THROWS_AS(parallel_filter(same, same, [](auto const&) { return true; }), std::invalid_argument);
}

TEST_CASE("Count, find, any, all, none", "[find]") {
  for (auto const n : sizes) {
    std::vector<int> in(n, 1);
    if (n > 0)
      in[n * 2 / 3] = 5;
    auto const five = [](int x) { return x == 5; };
    REQUIRE(parallel_count(in, five) == (n > 0 ? 1 : 0));
    REQUIRE(parallel_count(on_cpu, in, 1) == (n > 0 ? n - 1 : 0));
    REQUIRE(parallel_find_if(in, five) == (n > 0 ? n * 2 / 3 : 0));
    REQUIRE(parallel_any_of(in, five) == (n > 0));
    REQUIRE(parallel_none_of(in, five) == (n == 0));
    REQUIRE(parallel_all_of(in, [](int x) { return x >= 1; }));
    REQUIRE(parallel_all_of(on_cpu, in, [](int x) { return x == 1; }) == (n == 0));
  }
}

TEST_CASE("Least and greatest", "[extrema]") {
  auto const nan = std::numeric_limits<float>::quiet_NaN();
  std::array<float, 7> const in{nan, 3, -2, 9, -2, 9, nan};
  REQUIRE(parallel_min_element(in) == 2);
  REQUIRE(parallel_max_element(in) == 3);
  auto const [least, greatest] = parallel_minmax_element(on_cpu, in);
  REQUIRE((least == 2 && greatest == 3));
  std::vector<std::string> const words{"bb", "a", "cccc", "dddd"};
  auto const shorter = [](std::string const& a, std::string const& b) { return a.size() < b.size(); };
  REQUIRE(parallel_max_element(words, shorter) == 2);
  REQUIRE(parallel_min_element(std::vector<int>{}) == 0);
}

TEST_CASE("Histogram, gather, scatter, merge", "[histogram]") {
  for (auto const n : sizes) {
    auto const in = values_of<std::int32_t>(n);
    std::vector<std::uint32_t> bins(10), expected(10);
    std::size_t outside = 0;
    for (auto x : in)
      x / 100 >= 0 && x / 100 < 10 ? void(++expected[static_cast<std::size_t>(x / 100)]) : void(++outside);
    REQUIRE(parallel_histogram(in, bins, [](int x) { return x / 100; }) == outside);
    REQUIRE((bins == expected));

    std::vector<std::uint32_t> order(n);
    for (std::size_t i = 0; i < n; ++i)
      order[i] = static_cast<std::uint32_t>(n - 1 - i);
    std::vector<std::int32_t> reversed(n), back(n);
    parallel_gather(in, order, reversed);
    REQUIRE(std::equal(in.rbegin(), in.rend(), reversed.begin()));
    parallel_scatter(on_cpu, reversed, order, back);
    REQUIRE((back == in));

    auto a = in, b = std::vector<std::int32_t>(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n / 3));
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<std::int32_t> merged(a.size() + b.size()), reference(merged.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), reference.begin());
    parallel_merge(a, b, merged);
    REQUIRE((merged == reference));
  }
  std::vector<int> in{1, 2, 3}, out{7, 7, 7};
  REQUIRE_THROWS_WITH(parallel_gather(in, std::vector<int>{0, 3, 1}, out), Catch::Contains("index[1] is 3"));
  REQUIRE_THROWS_AS(parallel_scatter(in, std::vector<int>{0, -1, 1}, out), std::invalid_argument);
  REQUIRE((out == std::vector<int>{7, 7, 7}));
  REQUIRE_THROWS_AS(parallel_merge(in, in, out), std::invalid_argument);
}

TEST_CASE("Top k and reduce by key", "[by_key]") {
  for (auto const n : sizes) {
    auto const in = values_of<float>(n);
    auto sorted = in;
    std::stable_sort(sorted.begin(), sorted.end(), std::greater<>{});
    for (std::size_t k : {0u, 1u, 10u, 1000u}) {
      std::vector<float> const first(sorted.begin(),
                                     sorted.begin() + static_cast<std::ptrdiff_t>(std::min(n, k)));
      REQUIRE((parallel_top_k(in, k) == first));
    }
    std::vector<int> keys(n);
    std::vector<std::int64_t> values(n, 2);
    for (std::size_t i = 0; i < n; ++i)
      keys[i] = static_cast<int>(i / 10);
    auto const [unique_keys, totals] = parallel_reduce_by_key(keys, values, plus{});
    REQUIRE(unique_keys.size() == (n + 9) / 10);
    if (n >= 10)
      REQUIRE((totals[0] == 20 && unique_keys.back() == static_cast<int>((n - 1) / 10)));
    std::vector<int> keys_out((n + 9) / 10);
    std::vector<std::int64_t> totals_out((n + 9) / 10);
    REQUIRE(parallel_reduce_by_key(on_cpu, keys, values, keys_out, totals_out, plus{}) == unique_keys.size());
    REQUIRE((totals_out == totals));
    if (n > 0) {
      std::vector<int> short_keys(unique_keys.size() - 1);
      REQUIRE_THROWS_AS(parallel_reduce_by_key(keys, values, short_keys, totals_out, plus{}),
                        std::invalid_argument);
    }
  }
}

namespace {
struct parsed { // in the manner of std::expected
  std::optional<int> number;
  std::string why;
  explicit operator bool() const { return number.has_value(); }
  int& operator*() & { return *number; }
  int&& operator*() && { return std::move(*number); }
  std::string const& error() const { return why; }
};
parsed parse(std::string const& text) {
  for (char c : text)
    if (c < '0' || c > '9')
      return {std::nullopt, "not a number: " + text};
  return {std::stoi(text), ""};
}
} // namespace

TEST_CASE("Try map", "[try_map]") {
  std::vector<std::string> text(30000);
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = std::to_string(i);
  auto const good = parallel_try_map(text, parse);
  REQUIRE(good);
  REQUIRE((good.value().size() == text.size() && good->back() == 29999));
  text[20000] = "twenty";
  text[10001] = "ten";
  auto const bad = parallel_try_map(on_cpu, text, parse);
  REQUIRE_FALSE(bad.has_value());
  REQUIRE(bad.error() == "not a number: ten");
  REQUIRE(bad.error_index() == 10001);
  auto const report = parallel_try_map(text, parse, all_errors);
  REQUIRE(report.errors.size() == 2);
  REQUIRE((report.errors[1].index == 20000 && report.errors[1].error == "not a number: twenty"));
  REQUIRE((*report.values[5] == 5 && !report.values[20000]));
}

TEST_CASE("Join", "[join]") {
  auto const [a, b] = parallel_join([] { return 1; }, [] { return std::string("two"); });
  REQUIRE((a == 1 && b == "two"));
  int x = 0, y = 0, z = 0;
  parallel_join(
      on_cpu, [&] { x = 1; }, [&] { y = 2; }, [&] { z = 3; });
  REQUIRE(x + y + z == 6);
  REQUIRE_THROWS_AS(parallel_join([] {}, []() -> int { throw std::out_of_range("late"); }),
                    std::out_of_range);
  auto const fibonacci = [](auto const& self, unsigned n) -> unsigned {
    if (n < 2)
      return n;
    auto const [first, second] =
        parallel_join([&] { return self(self, n - 1); }, [&] { return self(self, n - 2); });
    return first + second;
  };
  REQUIRE(fibonacci(fibonacci, 16) == 987);
}

TEST_CASE("A filtered array is an array", "[filter]") {
  array<float> const resident{1, 2, 3, 4};
  auto const kept = parallel_filter(resident, [](float x) { return x > 2; });
  static_assert(std::is_same_v<decltype(kept), array<float> const>);
  REQUIRE((kept.size() == 2 && kept[0] == 3));
}
