#include "cpu/sort_patterns.hpp"

#include <tandem/array.hpp>
#include <tandem/error.hpp>
#include <tandem/runtime.hpp>
#include <tandem/sort.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>

using namespace sort_tests;

namespace {

struct order {
  std::uint32_t customer;
  double price;
  std::string note;
};

constexpr std::size_t sizes[] = {0,   1,   2,   11,  12,  31,   32,   33,     100,
                                 127, 128, 255, 256, 257, 1000, 5000, 70'001, 200'003};

std::vector<std::string> make_strings(pattern shape, std::size_t n, std::string const& beginning) {
  auto const keys = make<std::uint64_t>(shape, n, 11);
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < n; ++i) {
    auto text = beginning + std::to_string(keys[i]);
    if (keys[i] % 7 == 0)
      text.resize(text.size() % 13); // short ones, also empty
    if (keys[i] % 5 == 0)
      text += std::string(keys[i] % 3, '\0') + "\xff\x80";
    strings.push_back(text);
  }
  return strings;
}

} // namespace

TEMPLATE_TEST_CASE("parallel_sort sorts ranges of every kind", "[sort]", int, std::uint64_t, float, double,
                   short) {
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns) {
      auto const input = make<TestType>(shape, n, 1);
      auto expected = in_total_order(input);
      std::sort(expected.begin(), expected.end());
      auto a = input, b = input, c = input, d = input;
      tandem::parallel_sort(a);
      tandem::parallel_stable_sort(tandem::on_cpu, std::span(b));
      tandem::parallel_quicksort(tandem::on_both, c, std::less<>{});
      tandem::array<TestType> e(d);
      tandem::parallel_sort(e, tandem::less{});
      REQUIRE((in_total_order(a) == expected));
      REQUIRE((in_total_order(b) == expected));
      REQUIRE((in_total_order(c) == expected));
      REQUIRE((in_total_order(e.to_vector()) == expected));
      std::reverse(expected.begin(), expected.end());
      tandem::parallel_sort(d, std::greater<TestType>{});
      REQUIRE((in_total_order(d) == expected));
    }
  TestType raw[] = {3, 1, 2};
  tandem::parallel_sort(raw, [](TestType x, TestType y) { return y < x; });
  REQUIRE((raw[0] == 3 && raw[1] == 2 && raw[2] == 1));
  std::array<TestType, 2> fixed{2, 1};
  tandem::parallel_stable_sort(fixed, std::ranges::less{});
  REQUIRE(fixed[0] == 1);
}

TEST_CASE("strings are sorted as std::sort does", "[sort]") {
  for (std::size_t const n : {0UL, 1UL, 2UL, 31UL, 33UL, 255UL, 256UL, 257UL, 1000UL, 20'011UL})
    for (pattern const shape :
         {pattern::random, pattern::few_distinct, pattern::sorted, pattern::equal, pattern::sawtooth})
      for (std::string const beginning :
           {"", "a", "eight ch", "https://example.org/a/long/common/beginning/"}) {
        auto const strings = make_strings(shape, n, beginning);
        auto expected = strings;
        std::sort(expected.begin(), expected.end());
        auto up = strings, stable = strings, down = strings;
        std::vector<std::string_view> views(strings.begin(), strings.end());
        tandem::parallel_sort(up);
        tandem::parallel_stable_sort(stable, std::less<>{});
        tandem::parallel_sort(views);
        tandem::parallel_sort(down, tandem::greater{});
        auto const positions = tandem::parallel_sort_permutation<std::uint32_t>(strings);
        INFO(name_of(shape) << ", n " << n << ", " << beginning);
        REQUIRE((up == expected));
        REQUIRE((stable == expected));
        REQUIRE(std::equal(views.begin(), views.end(), expected.begin(), expected.end()));
        for (std::size_t i = 0; i < n; ++i) {
          REQUIRE(strings[positions[i]] == expected[i]);
          if (i > 0 && expected[i] == expected[i - 1])
            REQUIRE(positions[i - 1] < positions[i]);
        }
        std::reverse(expected.begin(), expected.end());
        REQUIRE((down == expected));
      }
}

TEST_CASE("strings that agree in thousands of characters are sorted", "[sort]") {
  std::vector<std::string> strings;
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i)
    strings.push_back(std::string(6000 + random() % 3, 'x') + std::to_string(random() % 100));
  auto expected = strings;
  std::sort(expected.begin(), expected.end());
  tandem::parallel_sort(strings);
  REQUIRE((strings == expected));
}

TEST_CASE("projections decide the order", "[sort]") {
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns) {
      auto const keys = make<std::uint32_t>(shape, n, 6);
      std::vector<order> orders;
      std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
      for (std::uint32_t i = 0; i < n; ++i) {
        orders.push_back({keys[i] % 1000, 0.5 * i, std::to_string(i)});
        pairs.emplace_back(keys[i], i);
      }
      auto const expected = [&](auto before) {
        auto copy = orders;
        std::stable_sort(copy.begin(), copy.end(), before);
        std::vector<std::string> notes;
        for (auto const& o : copy)
          notes.push_back(o.note);
        return notes;
      };
      auto const notes_of = [](std::vector<order> const& all) {
        std::vector<std::string> notes;
        for (auto const& o : all)
          notes.push_back(o.note);
        return notes;
      };
      auto by_member = orders, by_price = orders, by_note = orders;
      tandem::parallel_stable_sort(by_member, std::less<>{}, [](order const& o) { return o.customer; });
      REQUIRE((notes_of(by_member) == expected([](auto& a, auto& b) { return a.customer < b.customer; })));
      tandem::parallel_sort(by_price, std::greater<>{}, [](order const& o) { return o.price; });
      REQUIRE((notes_of(by_price) == expected([](auto& a, auto& b) { return a.price > b.price; })));
      tandem::parallel_stable_sort(by_note, tandem::less{}, [](order const& o) { return o.note; });
      REQUIRE((notes_of(by_note) == expected([](auto& a, auto& b) { return a.note < b.note; })));
      auto expected_pairs = pairs;
      std::stable_sort(expected_pairs.begin(), expected_pairs.end(),
                       [](auto& a, auto& b) { return a.first < b.first; });
      tandem::parallel_stable_sort(pairs, tandem::less{}, [](auto const& p) { return p.first; });
      REQUIRE((pairs == expected_pairs));
    }
}

TEST_CASE("values follow their keys, stably", "[sort]") {
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns) {
      auto const keys = make<std::int32_t>(shape, n, 8);
      auto const positions = tandem::parallel_sort_permutation(keys);
      static_assert(std::is_same_v<decltype(positions), std::vector<std::size_t> const>);
      std::vector<std::size_t> expected(n);
      for (std::size_t i = 0; i < n; ++i)
        expected[i] = i;
      std::stable_sort(expected.begin(), expected.end(),
                       [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
      REQUIRE((positions == expected));

      auto k4 = keys, k8 = keys, k_text = keys, k_lambda = keys;
      std::vector<float> v4(n);
      std::vector<std::pair<std::uint64_t, char>> v16(n);
      std::vector<std::unique_ptr<std::size_t>> v_unique;
      std::vector<std::string> texts;
      for (std::size_t i = 0; i < n; ++i) {
        v4[i] = static_cast<float>(i);
        v16[i] = {i, 'c'};
        v_unique.push_back(std::make_unique<std::size_t>(i));
        texts.push_back(std::to_string(keys[i]));
      }
      auto v_text = expected;
      tandem::parallel_sort_by_key(k4, v4);
      tandem::parallel_sort_by_key(tandem::on_cpu, k8, v16, std::less<>{});
      tandem::parallel_sort_by_key(k_lambda, v_unique, [](int a, int b) { return a < b; });
      auto sorted_texts = texts;
      std::vector<std::size_t> ordinals(n);
      for (std::size_t i = 0; i < n; ++i)
        ordinals[i] = i;
      tandem::parallel_sort_by_key(sorted_texts, ordinals);
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(v4[i] == static_cast<float>(expected[i]));
        REQUIRE(v16[i].first == expected[i]);
        REQUIRE(*v_unique[i] == expected[i]);
        REQUIRE(
            (k4[i] == keys[expected[i]] && k8[i] == keys[expected[i]] && k_lambda[i] == keys[expected[i]]));
        REQUIRE(sorted_texts[i] == texts[ordinals[i]]);
        if (i > 0)
          REQUIRE((sorted_texts[i - 1] < sorted_texts[i] ||
                   (sorted_texts[i - 1] == sorted_texts[i] && ordinals[i - 1] < ordinals[i])));
      }
    }
}

TEST_CASE("sorts refuse what they cannot do and write nothing", "[sort]") {
  std::vector<int> keys{3, 1, 2};
  std::vector<int> values{1, 2};
  REQUIRE_THROWS_WITH(tandem::parallel_sort_by_key(keys, values),
                      Catch::Contains("values has 2") && Catch::Contains("keys has 3"));
  std::span<int> const head(keys.data(), 2);
  std::span<int> const tail(keys.data() + 1, 2);
  REQUIRE_THROWS_AS(tandem::parallel_sort_by_key(head, tail), std::invalid_argument);
  REQUIRE((keys == std::vector<int>{3, 1, 2}));
  tandem::runtime_options options;
  options.device = "cpu";
  tandem::runtime no_gpu(options);
  REQUIRE_THROWS_AS(tandem::parallel_sort(tandem::on_gpu.with(no_gpu), keys), tandem::no_device_error);
  REQUIRE((keys == std::vector<int>{3, 1, 2}));
}

TEST_CASE("sorts run on the runtime that the policy is bound to", "[sort]") {
  for (unsigned const threads : {1U, 2U, 7U}) {
    tandem::runtime_options options;
    options.threads = threads;
    options.device = "cpu";
    tandem::runtime own(options);
    auto data = make<double>(pattern::extremes, 300'000, threads);
    auto expected = in_total_order(data);
    std::sort(expected.begin(), expected.end());
    tandem::parallel_sort(tandem::automatic.with(own), data);
    REQUIRE((in_total_order(data) == expected));
    REQUIRE(own.last_decision().asked.n == 300'000);
  }
}
