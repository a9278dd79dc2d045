#include <tandem/views.hpp>

#include <tandem/reduce.hpp>
#include <tandem/runtime.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <list>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

using namespace tandem; // as users may: names must not clash

namespace {

std::vector<std::size_t> const sizes{0, 1, 2, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 50021, 262147};

template <class T>
std::vector<T> random_values(std::size_t n) {
  std::mt19937 random(static_cast<unsigned>(n) + 3);
  std::vector<T> values(n);
  for (auto& value : values)
    value = static_cast<T>(static_cast<int>(random() % 2001) - 1000) / T(3);
  return values;
}

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Runtimes of one and of several threads: results must not differ.
runtime& threads(unsigned count) {
  static auto const make = [](unsigned n) {
    runtime_options options;
    options.threads = n;
    return std::make_unique<runtime>(options);
  };
  static auto const one = make(1), three = make(3), eight = make(8);
  return count == 1 ? *one : count == 3 ? *three : *eight;
}

/// The fixed shape of a filtered sum, written down plainly: places by index, what is not there takes no part.
template <class T, class Keep, class Value>
T plain_filtered_sum(std::size_t n, T init, Keep const& keep, Value const& value) {
  constexpr std::size_t block = 4096, lanes = 256;
  using maybe = std::optional<T>;
  auto const join = [](maybe a, maybe b) { return !a ? b : !b ? a : maybe(*a + *b); };
  auto const halve = [&](std::vector<maybe>& all, std::size_t s) {
    for (; s >= 1; s /= 2)
      for (std::size_t l = 0; l < s && l + s < all.size(); ++l)
        all[l] = join(all[l], all[l + s]), all[l + s].reset();
  };
  std::vector<maybe> totals;
  for (std::size_t first = 0; first < n; first += block) {
    std::vector<maybe> lane(lanes);
    for (std::size_t i = first; i < std::min(n, first + block); ++i)
      if (keep(i))
        lane[(i - first) % lanes] = join(lane[(i - first) % lanes], maybe(static_cast<T>(value(i))));
    halve(lane, lanes / 2);
    totals.push_back(lane[0]);
  }
  std::size_t power = 1;
  while (power < totals.size())
    power *= 2;
  halve(totals, power / 2);
  return totals.empty() || !totals[0] ? init : init + *totals[0];
}

} // namespace

TEMPLATE_TEST_CASE("views: reductions have the fixed shape at any number of threads", "[views]", float,
                   std::int32_t) {
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const x = random_values<TestType>(n);
    auto const y = random_values<TestType>(n + 5);
    TestType const limit = 20;
    for (auto const count : {1u, 3u, 8u}) {
      auto const where = on_cpu.with(threads(count));
      auto const filtered = par(where, x) | map([](auto v) { return v * 3; }) |
                            filter([limit](auto v) { return v > limit; }) |
                            map([](auto v) { return v + 1; }) | reduce(TestType(7), plus{});
      CHECK(same_bits(filtered, plain_filtered_sum<TestType>(
                                    n, 7, [&](std::size_t i) { return x[i] * 3 > limit; },
                                    [&](std::size_t i) { return x[i] * 3 + 1; })));
      auto const zipped = par(where, x) | zip(y) | map([](auto a, auto b) { return a * b; }) | sum();
      std::vector<TestType> products(n);
      std::transform(x.begin(), x.end(), y.begin(), products.begin(), std::multiplies<>{});
      CHECK(same_bits(zipped, parallel_reduce(on_cpu, products, TestType(0), plus{})));
      auto const none = par(where, x) | filter([](auto) { return false; }) | reduce(TestType(-5), plus{});
      CHECK(none == TestType(-5));
      auto const flat = par(where, x) |
                        flat_map([](auto v) { return std::vector<TestType>(v > 0 ? 2 : 0, v); }) |
                        filter([](auto v) { return v < 100; }) | sum();
      CHECK(same_bits(flat, plain_filtered_sum<TestType>(
                                n, 0, [&](std::size_t i) { return x[i] > 0 && x[i] < 100; },
                                [&](std::size_t i) { return x[i] + x[i]; })));
    }
  }
}

TEST_CASE("views: partition gives both parts in order, of any items", "[views]") {
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const x = random_values<float>(n);
    std::vector<float> low, high;
    std::vector<std::string> odd, even;
    for (std::size_t i = 0; i < n; ++i) {
      (x[i] * 2 < 50 ? low : high).push_back(x[i] * 2);
      if (x[i] > 0)
        (i % 2 == 1 ? odd : even).push_back(std::to_string(i));
    }
    auto const [below, above] =
        par(x) | map([](float v) { return v * 2; }) | partition([](float v) { return v < 50; });
    CHECK((below == low && above == high));
    auto const [first, second] = par(on_cpu, x) | enumerate() | filter([](auto, float v) { return v > 0; }) |
                                 map([](auto i, float) { return std::to_string(i); }) |
                                 partition([](std::string const& s) { return (s.back() - '0') % 2 == 1; });
    CHECK((first == odd && second == even));
  }
}

TEST_CASE("views: collect, count, extremes and searches are those of a plain loop", "[views]") {
  for (auto const n : sizes) {
    CAPTURE(n);
    auto const x = random_values<float>(n);
    for (auto const count_of_threads : {1u, 3u}) {
      auto const begin = par(on_cpu.with(threads(count_of_threads)), x);
      std::vector<double> mapped, kept;
      std::size_t matching = 0;
      std::optional<std::size_t> first;
      for (std::size_t i = 0; i < n; ++i) {
        mapped.push_back(x[i] * 0.5);
        if (x[i] * 0.5 > 100)
          kept.push_back(x[i] * 0.5 + 1), ++matching;
        if (x[i] > 300 && !first)
          first = i;
      }
      auto const half = begin | map([](float v) { return v * 0.5; });
      CHECK((half | collect()) == mapped);
      auto const filtered = half | filter([](double v) { return v > 100; });
      CHECK((filtered | map([](double v) { return v + 1; }) | collect()) == kept);
      CHECK((filtered | count()) == matching);
      CHECK((half | count()) == n);
      CHECK((filtered |
             filter_map([](double v) { return v < 200 ? std::optional(std::to_string(v)) : std::nullopt; }) |
             count()) == static_cast<std::size_t>(std::count_if(kept.begin(), kept.end(),
                                                                [](double v) { return v - 1 < 200; })));
      CHECK((begin | position([](float v) { return v > 300; })) == first);
      CHECK((begin | find_if([](float v) { return v > 300; })) ==
            (first ? std::optional(x[*first]) : std::nullopt));
      auto const some = half | find_any([](double v) { return v > 150; });
      CHECK(some.has_value() == first.has_value());
      CHECK((!some || *some > 150));
      CHECK((begin | any_of([](float v) { return v > 300; })) == first.has_value());
      CHECK((begin | none_of([](float v) { return v > 300; })) == !first);
      CHECK((begin | all_of([](float v) { return v < 300; })) ==
            std::all_of(x.begin(), x.end(), [](float v) { return v < 300; }));
      CHECK((begin | min()) ==
            (n == 0 ? std::nullopt : std::optional(*std::min_element(x.begin(), x.end()))));
      CHECK((filtered | max()) ==
            (matching == 0 ? std::nullopt : std::optional(*std::max_element(kept.begin(), kept.end()) - 1)));
      std::vector<float> room(n, -1.0f);
      CHECK((begin | filter([](float v) { return v < 0; }) | collect_into(room)) ==
            static_cast<std::size_t>(std::count_if(x.begin(), x.end(), [](float v) { return v < 0; })));
    }
  }
}

TEST_CASE("views: indexed adaptors", "[views]") {
  for (auto const n : {0u, 1u, 7u, 100u, 5000u}) {
    CAPTURE(n);
    std::vector<int> x(n);
    std::iota(x.begin(), x.end(), 10);
    auto const begin = par(on_cpu, x);
    auto const copy = [&](auto first, auto last) { return std::vector<int>(first, last); };
    CHECK((begin | take(5) | collect()) == copy(x.begin(), x.begin() + std::min(n, 5u)));
    CHECK((begin | skip(5) | collect()) == copy(x.begin() + std::min(n, 5u), x.end()));
    CHECK((begin | rev() | collect()) == copy(x.rbegin(), x.rend()));
    CHECK((begin | rev() | skip(2) | take(3) | rev() | collect()).size() ==
          std::min<std::size_t>(3, n > 2 ? n - 2 : 0));
    std::vector<int> third;
    for (std::size_t i = 0; i < n; i += 3)
      third.push_back(x[i]);
    CHECK((begin | step_by(3) | collect()) == third);
    CHECK((begin | map([](int v) { return v; }) | skip(1) | step_by(2) | rev() | count()) ==
          (n > 1 ? n / 2 : 0));
    auto const sums =
        begin | chunks(7) |
        map([](std::span<int const> run) { return std::accumulate(run.begin(), run.end(), 0); }) | collect();
    CHECK(sums.size() == (n + 6) / 7);
    CHECK(std::accumulate(sums.begin(), sums.end(), 0) == std::accumulate(x.begin(), x.end(), 0));
    auto const slopes =
        begin | windows(3) | skip(1) | map([](auto run) { return run[2] - run[0]; }) | collect();
    CHECK(slopes == std::vector<int>(n > 3 ? n - 3 : 0, 2));
    auto const places = begin | skip(2) | enumerate() |
                        map([](auto i, int v) { return v - static_cast<int>(i); }) | collect();
    CHECK(places == std::vector<int>(n > 2 ? n - 2 : 0, 12));
    auto const triples = par(on_cpu, x, x, par(on_cpu, 3, 1000000) | map([](int i) { return i * 2; })) |
                         map([](int a, int b, int c) { return c - a - b; }) | collect();
    CHECK(triples == std::vector<int>(n, 6 - 20));
    auto const nested = begin | zip(x) | enumerate<std::size_t>() |
                        map([](std::size_t i, int a, int b) { return a + b - 2 * static_cast<int>(i); }) |
                        collect();
    CHECK(nested == std::vector<int>(n, 20));
    auto const pairs = begin | zip(par(on_cpu, 0u, n)) | collect();
    CHECK(pairs.size() == n);
    CHECK((n == 0 || pairs.back() == std::pair(x.back(), n - 1)));
  }
  CHECK((par(on_cpu, -3, 4) | sum()) == 0);
  CHECK((par(on_cpu, 5u, 2u) | count()) == 0);
  CHECK((par(on_cpu, std::uint64_t{1} << 40, (std::uint64_t{1} << 40) + 3) | sum()) ==
        3 * (std::uint64_t{1} << 40) + 3);
}

TEST_CASE("views: elements can be changed in place, and the output may be the input", "[views]") {
  std::vector<int> x(10007, 1), y(10007, 2);
  par(on_cpu, x) | zip(y) | for_each([](int& a, int b) { a += b; });
  CHECK(x == std::vector<int>(10007, 3));
  par(on_cpu, x) | chunks(10) | for_each([](std::span<int> run) { run[0] = 0; });
  CHECK(std::count(x.begin(), x.end(), 0) == 1001);
  CHECK((par(on_cpu, x) | map([](int v) { return v + 1; }) | collect_into(x)) == x.size());
  CHECK(std::count(x.begin(), x.end(), 1) == 1001);
  std::atomic<int> seen{0};
  CHECK((par(on_cpu, x) | inspect([&](int) { ++seen; }) | filter([](int v) { return v > 1; }) | count()) ==
        x.size() - 1001);
  CHECK(seen == static_cast<int>(x.size()));
  std::vector<int> small(5);
  std::span<int> const shifted(x.data() + 1, x.size() - 1);
  CHECK_THROWS_AS(par(on_cpu, x) | collect_into(small), std::invalid_argument);
  CHECK_THROWS_AS(par(on_cpu, x) | skip(1) | collect_into(std::span(x.data(), x.size() - 1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(par(on_cpu, x) | rev() | collect_into(x), std::invalid_argument);
  CHECK_THROWS_AS(par(on_cpu, x) | filter([](int v) { return v > 1; }) | collect_into(small),
                  std::invalid_argument);
  CHECK_THROWS_AS(par(on_cpu, x) | zip_eq(shifted) | count(), std::invalid_argument);
  CHECK_THROWS_WITH(chunks(0), Catch::Contains("chunks"));
  CHECK((par(on_cpu, x) | filter([](int v) { return v > 5; }) | collect_into(small)) == 0);
}

TEST_CASE("views: any element type", "[views]") {
  std::vector<std::string> words;
  for (int i = 0; i < 3000; ++i)
    words.push_back(std::to_string(i));
  auto const begin = par(on_cpu.with(threads(3)), words);
  std::string joined;
  for (auto const& word : words)
    joined += word;
  CHECK((begin | reduce(std::string(), plus{})) == joined);
  CHECK((begin | filter([](std::string const& w) { return w.size() < 4; }) |
         reduce(std::string(">"), plus{})) == ">" + joined.substr(0, 10 + 180 + 2700));
  CHECK((begin | map([](std::string const& w) { return w.size(); }) | sum()) == joined.size());
  CHECK((begin | max()) == std::optional(*std::max_element(words.begin(), words.end())));
  CHECK((begin | min([](auto const& a, auto const& b) { return a.size() > b.size(); })) ==
        std::optional(words[1000]));
  CHECK((begin | flat_map([](std::string const& w) { return w; }) | collect()).size() == joined.size());
  CHECK((begin | filter([](std::string const& w) { return w[0] == '7'; }) | collect<std::set<std::string>>())
            .size() == 111);
  auto const owned =
      begin | map([](std::string const& w) { return std::make_unique<std::string>(w); }) | collect();
  CHECK((owned.size() == words.size() && *owned[77] == "77"));
  CHECK((par(on_cpu, owned) | map([](auto const& p) -> auto const& { return *p; }) |
         find_if([](auto const& w) { return w == "1234"; })) == std::optional<std::string>("1234"));
  auto moved =
      par(on_cpu, std::vector<std::string>{"a", "b"}) | map([](std::string const& w) { return w + w; });
  auto const stored = std::move(moved);
  CHECK((stored | collect()) == std::vector<std::string>{"aa", "bb"});
  CHECK((stored.on(automatic) | count()) == 2);
  struct no_default {
    explicit no_default(std::size_t n) : length(n) {}
    std::size_t length;
  };
  CHECK((begin | map([](std::string const& w) { return no_default(w.size()); }) | collect())[2999].length ==
        4);
  auto const flags = begin | map([](std::string const& w) { return w.size() == 1; }) | collect();
  CHECK(std::count(flags.begin(), flags.end(), true) == 10);
  CHECK((par(on_cpu, words) | map([](auto const& w) { return static_cast<int>(w.size()); }) | scan(plus{}) |
         collect())
            .back() == static_cast<int>(joined.size()));
}

TEST_CASE("views: exceptions come back and searches stop early", "[views]") {
  std::vector<int> x(200000, 1);
  x[1000] = 2;
  auto const where = on_cpu.with(threads(3));
  auto const throws = par(where, x) | map([](int v) { return v == 2 ? throw std::runtime_error("two") : v; });
  CHECK_THROWS_WITH(throws | sum(), "two");
  CHECK_THROWS_WITH(throws | collect(), "two");
  CHECK_THROWS_WITH(throws | filter([](int v) { return v > 0; }) | collect(), "two");
  CHECK_THROWS_WITH(throws | flat_map([](int v) { return std::list<int>{v}; }) | collect(), "two");
  CHECK_THROWS_WITH(throws | for_each([](int) {}), "two");
  CHECK_THROWS_WITH(throws | any_of([](int v) { return v > 2; }), "two");
  std::atomic<std::size_t> calls{0};
  auto const counted = par(on_cpu.with(threads(1)), x) | inspect([&](int) { ++calls; });
  CHECK((counted | any_of([](int v) { return v == 2; })));
  CHECK(calls < 10000);
}

TEST_CASE("views: what is filtered out is not passed on", "[views]") {
  auto const x = random_values<std::int32_t>(20011);
  auto const quotients = par(on_cpu.with(threads(3)), x) | filter([](std::int32_t v) { return v != 0; }) |
                         map([](std::int32_t v) { return 1000000 / v; });
  std::int64_t expected = 0;
  for (auto const v : x)
    if (v != 0)
      expected += 1000000 / v;
  CHECK((quotients | map([](std::int32_t v) { return std::int64_t{v}; }) | sum()) == expected);
  CHECK((quotients | collect()).size() ==
        static_cast<std::size_t>(std::count_if(x.begin(), x.end(), [](auto v) { return v != 0; })));
}

TEST_CASE("views: adaptors without arguments do without parentheses", "[views]") {
  std::vector<int> const x{4, 1, 3, 5};
  auto const at = par(on_cpu, x);
  CHECK((at | sum) == (at | sum()));
  CHECK((at | product) == 60);
  CHECK((at | tandem::min) == 1);
  CHECK((at | tandem::max) == 5);
  CHECK((at | rev | collect) == std::vector{5, 3, 1, 4});
  CHECK((at | enumerate | filter([](std::uint32_t i, int) { return i > 0; }) | count) == 3);
}

TEST_CASE("views: counts and whole numbers from arrays off a cache line", "[views]") {
  auto const values = random_values<std::int32_t>(50021 + 64);
  auto const others = random_values<float>(50021 + 64);
  for (std::size_t start : {0u, 1u, 3u, 15u, 17u})
    for (std::size_t n : {0u, 1u, 15u, 4095u, 4096u, 4111u, 50021u}) {
      std::span const x(values.data() + start, n);
      std::span const y(others.data() + start + 2, n);
      std::size_t expected = 0;
      std::uint32_t sum = 0;
      std::int32_t most = std::numeric_limits<std::int32_t>::min();
      for (std::size_t i = 0; i < n; ++i) {
        expected += static_cast<float>(x[i]) < y[i] ? 1 : 0;
        sum += static_cast<std::uint32_t>(x[i]) * static_cast<std::uint32_t>(i);
        most = std::max(most, x[i]);
      }
      std::size_t wrong = 0;
      for (unsigned count_of_threads : {1u, 3u, 8u}) {
        auto const where = on_cpu.with(threads(count_of_threads));
        auto const less = [](auto a, auto b) { return static_cast<float>(a) < b; };
        wrong += (par(where, x) | zip(y) | filter(less) | count()) != expected;
        auto const product = [](auto i, auto a) { return static_cast<std::uint32_t>(a) * i; };
        wrong += (par(where, x) | enumerate() | map(product) | tandem::sum()) != sum;
        wrong += (par(where, x) | map([](auto a) { return a; }) | max()).value_or(most) != most;
      }
      CAPTURE(start, n);
      CHECK(wrong == 0);
    }
}
