// Algorithms on types and with functions that do their worst: elements that cannot be copied or made from
// nothing, functions that throw at every k-th call, orders that contradict themselves. No element may get
// lost or appear twice.
#include "support.hpp"
#include "support/all_there.hpp"

#include <tandem/cpu/extrema.hpp>
#include <tandem/cpu/merge.hpp>
#include <tandem/cpu/reduce.hpp>
#include <tandem/cpu/scan.hpp>
#include <tandem/cpu/sort.hpp>
#include <tandem/cpu/top_k.hpp>
#include <tandem/cpu/unique.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>

using namespace tandem;
using tandem::test::workers;

namespace {

std::atomic<std::int64_t> living{0};
std::atomic<std::int64_t> moves_left{0}; ///< the move that throws; negative: none does

/// Neither copied nor made from nothing; counted while it lives. `Throwing`: a move may fail, and then
/// nothing has been moved.
template <bool Throwing>
class token {
 public:
  explicit token(std::int64_t id) : id_(id) { ++living; }
  token(token&& other) noexcept(!Throwing) : id_(taken_from(other)) { ++living; }
  token& operator=(token&& other) noexcept(!Throwing) {
    id_ = taken_from(other);
    return *this;
  }
  ~token() { --living; }
  std::int64_t id() const { return id_; }

 private:
  static std::int64_t taken_from(token& other) {
    if (Throwing && moves_left.fetch_sub(1) == 0)
      throw std::runtime_error("a move failed");
    return std::exchange(other.id_, -1);
  }

  std::int64_t id_;
};
static_assert(!std::is_copy_constructible_v<token<false>> && !std::is_default_constructible_v<token<false>>);

struct record {
  std::uint64_t key;
  std::uint64_t position;
};

template <class T>
T make(std::size_t i) {
  if constexpr (std::is_same_v<T, record>)
    return {i, i + 1};
  else if constexpr (std::is_same_v<T, std::string>)
    return std::to_string(i) + (i % 3 == 0 ? "" : " which is too long to be stored in place");
  else
    return T(static_cast<std::int64_t>(i));
}

template <class T>
std::int64_t id_of(T const& x) {
  if constexpr (std::is_same_v<T, record>)
    return x.position == x.key + 1 ? static_cast<std::int64_t>(x.key) : -1;
  else if constexpr (std::is_same_v<T, std::string>)
    return x.empty() ? -1 : std::stoll(x);
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(x);
  else
    return x.id();
}

/// The ids 0 … n − 1 in no order.
template <class T>
std::vector<T> shuffled(std::size_t n) {
  std::vector<std::size_t> ids(n);
  for (std::size_t i = 0; i < n; ++i)
    ids[i] = i;
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(n));
  std::vector<T> made;
  made.reserve(n);
  for (std::size_t const id : ids)
    made.push_back(make<T>(id));
  return made;
}

template <class T>
bool all_there(std::vector<T> const& data) {
  return tandem_test::all_there(data, [](T const& x) { return id_of(x); });
}

using order = std::function<bool(std::int64_t, std::int64_t)>;

/// Not one of them is a strict weak order.
std::vector<order> contradictory_orders() {
  auto const calls = std::make_shared<std::atomic<std::uint64_t>>(0);
  return {[](auto, auto) { return true; }, [](auto a, auto b) { return a <= b; },
          [](auto a, auto b) { return (a * 7 + b * 13) % 5 < 2; },
          [](auto a, auto b) { return a % 4 != 0 && b % 4 != 0 && a < b; }, // as < is where some are NaN
          [calls](auto, auto) { return (++*calls * 0x9E3779B97F4A7C15U) >> 63 != 0; }};
}

std::vector<std::size_t> some_sizes() {
  return {0, 1, 2, 3, 7, 12, 16, 17, 31, 32, 33, 34, 65, 100, 257, 1000, 4097, 70'001};
}

std::vector<cpu::execution> some_executions() {
  return {{}, {workers(2)}, {workers(5)}};
}

/// Calls of f that are made before the first failure; then f throws, once.
template <class F>
auto throwing_at(std::atomic<std::int64_t>& left, F f) {
  return [&left, f](auto const&... x) {
    if (left.fetch_sub(1) == 0)
      throw std::runtime_error("a call failed");
    return f(x...);
  };
}

template <class T, class Compare>
void sort_in_every_way(cpu::execution const& how, std::size_t n, Compare const& less, bool may_throw) {
  auto const by_id = [&](T const& a, T const& b) { return less(id_of(a), id_of(b)); };
  auto const attempt = [&](char const* name, auto const& sort) {
    auto data = shuffled<T>(n);
    bool threw = false;
    try {
      sort(data);
    } catch (std::runtime_error const&) {
      threw = true;
    }
    INFO(name << " of " << n);
    CHECK(all_there(data));
    CHECK((may_throw || !threw));
  };
  attempt("sort", [&](std::vector<T>& data) { cpu::sort(how, data.data(), n, by_id); });
  attempt("stable_sort", [&](std::vector<T>& data) { cpu::stable_sort(how, data.data(), n, by_id); });
  attempt("sort_by_key", [&](std::vector<T>& data) {
    std::vector<std::int64_t> values(n);
    for (std::size_t i = 0; i < n; ++i)
      values[i] = id_of(data[i]);
    cpu::sort_by_key(how, data.data(), values.data(), n, by_id);
    for (std::size_t i = 0; i < n; ++i)
      if (values[i] != id_of(data[i]))
        FAIL("a value has lost its key");
  });
  attempt("sort_permutation", [&](std::vector<T>& data) {
    std::vector<std::uint32_t> positions(n, UINT32_MAX);
    cpu::sort_permutation(how, data.data(), n, by_id, positions.data());
    std::sort(positions.begin(), positions.end());
    for (std::size_t i = 0; i < n; ++i)
      if (positions[i] != i)
        FAIL("not a permutation");
  });
}

} // namespace

TEMPLATE_TEST_CASE("orders that contradict themselves: every element stays, once", "[hostile]", record,
                   std::string, token<false>) {
  for (auto const& how : some_executions())
    for (std::size_t const n : some_sizes())
      if (n <= 5000 || (how.workers == workers(2) && !std::is_same_v<TestType, std::string>))
        for (auto const& less : contradictory_orders())
          sort_in_every_way<TestType>(how, n, less, false);
  CHECK(living == 0);
}

TEST_CASE("orders that contradict themselves: merge, top_k, extrema", "[hostile]") {
  for (auto const& how : some_executions())
    for (std::size_t const n : {0UL, 1UL, 2UL, 40UL, 1000UL, 30'011UL})
      for (auto const& less : contradictory_orders()) {
        auto const by_id = [&](record const& a, record const& b) { return less(id_of(a), id_of(b)); };
        auto const data = shuffled<record>(n);
        auto const half = n / 3;
        std::vector<record> merged(n);
        cpu::merge(how, half, data.data(), n - half, data.data() + half, merged.data(), by_id);
        CHECK(all_there(merged));
        for (std::size_t const k : {std::size_t{1}, n / 2, n}) {
          std::vector<std::int64_t> seen(n, 0);
          for (auto const i : cpu::top_k_indices(how, n, data.data(), k, by_id))
            ++seen.at(i);
          CHECK(std::count(seen.begin(), seen.end(), 1) == static_cast<std::ptrdiff_t>(std::min(k, n)));
        }
        if (n > 0) {
          CHECK(cpu::min_element(how, n, data.data(), by_id) < n);
          CHECK(cpu::minmax_element(how, n, data.data(), by_id).max < n);
        }
      }
}

TEST_CASE("top_k selects among many, whatever the input looks like", "[hostile]") {
  for (std::size_t const n : {1000UL, 50'000UL})
    for (int shape = 0; shape < 4; ++shape) {
      std::vector<std::int32_t> data(n);
      for (std::size_t i = 0; i < n; ++i)
        data[i] = static_cast<std::int32_t>(shape == 0   ? i
                                            : shape == 1 ? n - i
                                            : shape == 2 ? i % 7
                                                         : std::min(i, n - i));
      std::vector<std::size_t> expected(n);
      for (std::size_t i = 0; i < n; ++i)
        expected[i] = i;
      std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return data[b] < data[a]; });
      for (auto const& how : some_executions())
        for (std::size_t const k : {1UL, 100UL, 999UL, n}) {
          auto const best = cpu::top_k_indices(how, n, data.data(), k, std::less<>{});
          CHECK((best == std::vector(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(k))));
        }
    }
}

TEMPLATE_TEST_CASE("functions that throw at the k-th call: sorts keep every element", "[hostile]", record,
                   std::string, token<false>) {
  std::atomic<std::int64_t> left;
  for (auto const& how : some_executions())
    for (std::size_t const n : {2UL, 5UL, 17UL, 33UL, 200UL, 9000UL})
      for (std::int64_t k = 0; k < static_cast<std::int64_t>(20 * n); k = k * 5 / 3 + 1) {
        auto const less = throwing_at(left, [](std::int64_t a, std::int64_t b) { return a < b; });
        for (int way = 0; way < 2; ++way) {
          auto data = shuffled<TestType>(n);
          auto const by_id = [&](TestType const& a, TestType const& b) { return less(id_of(a), id_of(b)); };
          left = k;
          try {
            way == 0 ? cpu::sort(how, data.data(), n, by_id) : cpu::stable_sort(how, data.data(), n, by_id);
          } catch (std::runtime_error const&) {
          }
          if (!all_there(data))
            FAIL("sort " << way << " of " << n << " failing at " << k);
        }
      }
  CHECK(living == 0);
}

TEMPLATE_TEST_CASE("partition: order kept on both sides; whatever it throws, every element stays",
                   "[hostile]", std::int32_t, std::uint64_t, record, std::string, token<false>) {
  std::atomic<std::int64_t> left;
  for (auto const& how : some_executions())
    for (std::size_t const n : {0UL, 1UL, 2UL, 100UL, 513UL, 16'384UL, 40'000UL, 100'003UL})
      if (std::is_arithmetic_v<TestType> || n < 20'000)
        for (std::int64_t const k : {std::int64_t{-1}, std::int64_t{0}, static_cast<std::int64_t>(n / 2),
                                     static_cast<std::int64_t>(n) - 1}) {
          auto data = shuffled<TestType>(n);
          auto const before = [&] {
            std::vector<std::int64_t> ids;
            for (auto const& x : data)
              ids.push_back(id_of(x));
            return ids;
          }();
          left = k;
          auto const odd = throwing_at(left, [](TestType const& x) { return id_of(x) % 3 != 0; });
          try {
            auto const front = cpu::partition(how, n, data.data(), odd);
            auto expected = before;
            auto const middle =
                std::stable_partition(expected.begin(), expected.end(), [](auto id) { return id % 3 != 0; });
            REQUIRE(front == static_cast<std::size_t>(middle - expected.begin()));
            for (std::size_t i = 0; i < n; ++i)
              if (id_of(data[i]) != expected[i])
                FAIL("wrong at " << i << " of " << n);
          } catch (std::runtime_error const&) {
            if (!all_there(data))
              FAIL("partition of " << n << " failing at " << k);
          }
        }
  CHECK(living == 0);
}

TEST_CASE("moves that throw: an exception, never a crash or a leak", "[hostile]") {
  using fussy = token<true>;
  auto const by_id = [](fussy const& a, fussy const& b) { return a.id() < b.id(); };
  moves_left = -1;
  for (auto const& how : some_executions())
    for (std::size_t const n : {2UL, 12UL, 40UL, 300UL, 9000UL}) {
      for (int way = 0; way < 3; ++way)
        for (std::int64_t k = -1; k < static_cast<std::int64_t>(4 * n); k = k < 0 ? 0 : k * 3 / 2 + 1) {
          moves_left = -1;
          auto data = shuffled<fussy>(n);
          moves_left = k;
          bool threw = false;
          try {
            if (way == 0)
              cpu::sort(how, data.data(), n, by_id);
            else if (way == 1)
              cpu::stable_sort(how, data.data(), n, by_id);
            else
              cpu::partition(how, n, data.data(), [](fussy const& x) { return x.id() % 2 == 0; });
          } catch (std::runtime_error const&) {
            threw = true;
          }
          if (!threw && way < 2)
            CHECK(std::is_sorted(data.begin(), data.end(), by_id));
          CHECK((threw || all_there(data)));
        }
      CHECK(living == 0);
    }
  moves_left = -1;
}

TEST_CASE("members are projections; either order, arithmetic keys or not", "[hostile]") {
  struct person {
    std::int16_t age;
    std::string name;
    std::size_t length() const { return name.size(); }
  };
  for (auto const& how : some_executions())
    for (std::size_t const n : {0UL, 5UL, 100UL, 200UL, 5000UL}) {
      std::vector<person> people;
      for (std::size_t i = 0; i < n; ++i)
        people.push_back({static_cast<std::int16_t>(i * 7919 % 97 - 40), std::string(i * 31 % 41, 'x')});
      auto const check = [&](auto const& comp, auto project, auto const& before) {
        auto expected = people;
        std::stable_sort(expected.begin(), expected.end(), before);
        auto sorted = people;
        cpu::sort_projected<true>(how, sorted.data(), n, comp, project);
        for (std::size_t i = 0; i < n; ++i)
          if (sorted[i].age != expected[i].age || sorted[i].name != expected[i].name)
            FAIL("wrong at " << i << " of " << n);
      };
      check(std::less<>{}, &person::age, [](auto& a, auto& b) { return a.age < b.age; });
      check(std::greater<>{}, &person::age, [](auto& a, auto& b) { return b.age < a.age; });
      check(std::greater<>{}, &person::name, [](auto& a, auto& b) { return b.name < a.name; });
      check(std::less<>{}, &person::length, [](auto& a, auto& b) { return a.length() < b.length(); });
    }
}

TEST_CASE("strings through unique, top_k, merge and partition", "[hostile]") {
  for (auto const& how : some_executions())
    for (std::size_t const n : {0UL, 1UL, 600UL, 20'000UL}) {
      std::vector<std::string> data;
      for (std::size_t i = 0; i < n; ++i)
        data.push_back("a word with a number behind it: " + std::to_string(i * 7919 % (n / 2 + 1)));
      auto sorted = data;
      cpu::sort(how, sorted.data(), n, std::less<>{});
      CHECK(std::is_sorted(sorted.begin(), sorted.end()));
      auto unique = sorted;
      unique.resize(cpu::unique(how, n, unique.data(), std::equal_to<>{}));
      auto expected = sorted;
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      CHECK((unique == expected));
      std::vector<std::string> merged(2 * n);
      cpu::merge(how, n, sorted.data(), n, sorted.data(), merged.data(), std::less<>{});
      CHECK(std::is_sorted(merged.begin(), merged.end()));
      auto const best = cpu::top_k_indices(how, n, data.data(), 10, std::less<>{});
      for (std::size_t i = 0; i < best.size(); ++i)
        CHECK(data[best[i]] == sorted[n - 1 - i]);
    }
}

namespace {

/// A product of such matrices depends on their order.
using matrix = std::array<std::uint32_t, 4>;

constexpr auto product = [](matrix const& a, matrix const& b) {
  return matrix{a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2],
                a[2] * b[1] + a[3] * b[3]};
};

} // namespace

TEST_CASE("operations that are only associative keep their order at every size", "[hostile]") {
  std::vector<matrix> matrices(10'000);
  std::vector<std::string> texts(matrices.size());
  for (std::uint32_t i = 0; i < matrices.size(); ++i) {
    matrices[i] = {2 * i + 1, i * i, i + 3, 5};
    texts[i] = std::string(1, static_cast<char>('a' + i * i % 26));
  }
  for (std::size_t const threads : {0U, 1U, 2U, 3U, 8U}) {
    cpu::execution const how{workers(threads)};
    matrix expected{1, 0, 0, 1};
    std::string text = ">";
    for (std::size_t n = 0; n < matrices.size(); ++n) {
      if (n < 600 || n % 997 < 2 || (n + 1) % 4096 < 3) {
        CHECK((cpu::reduce<false>(how, n, matrix{1, 0, 0, 1}, product, matrices.data()) == expected));
        CHECK(cpu::reduce<false>(how, n, std::string(">"), std::plus<>{}, texts.data()) == text);
      }
      expected = product(expected, matrices[n]);
      text += texts[n];
    }
  }
}
