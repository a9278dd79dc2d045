#include "cpu/sort_patterns.hpp"

#include <tandem/cpu/sort_keys.hpp>

#include <catch2/catch.hpp>

using namespace sort_tests;
using tandem::cpu::sort_order;

namespace {

/// One thread, two and more than the machine has; and every instruction set that it has. Under ThreadSanitizer only what
/// has several threads, at the highest: they meet in the same way.
std::vector<tandem::cpu::execution> const& executions() {
  static tandem::cpu::pool two({.threads = 2});
  static tandem::cpu::pool five({.threads = 5});
  static std::vector<tandem::cpu::execution> const all = [] {
#if defined(__SANITIZE_THREAD__)
    return std::vector<tandem::cpu::execution>{{&two}, {&five}};
#endif
    std::vector<tandem::cpu::execution> list = {{nullptr}, {&two}, {&five}};
    for (auto level : {tandem::cpu::isa::baseline, tandem::cpu::isa::v2, tandem::cpu::isa::v3})
      if (level < tandem::cpu::active_isa()) {
        list.push_back({nullptr, level});
        list.push_back({&five, level});
      }
    return list;
  }();
  return all;
}

template <class T>
void check(pattern shape, std::size_t n, std::uint64_t seed, tandem::cpu::execution const& how,
           sort_order order) {
  auto data = make<T>(shape, n, seed);
  auto expected = in_total_order(data);
  std::sort(expected.begin(), expected.end());
  if (order == sort_order::descending)
    std::reverse(expected.begin(), expected.end());
  tandem::cpu::sort_keys(how, data.data(), n, order);
  INFO(name_of(shape) << ", n " << n << ", level " << name_of(how.level) << ", threads "
                      << (how.workers == nullptr ? 1 : how.workers->threads()));
  REQUIRE((in_total_order(data) == expected));
}

} // namespace

TEMPLATE_TEST_CASE("keys of every type are sorted at every small size", "[sort]", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t,
                   float, double, long long, char, wchar_t) {
  for (std::size_t n = 0; n <= 130; ++n)
    for (pattern const shape : all_patterns)
      for (auto const& how : executions())
        for (auto const order : {sort_order::ascending, sort_order::descending})
          check<TestType>(shape, n, n, how, order);
}

TEMPLATE_TEST_CASE("keys of every type are sorted around every cut-off", "[sort]", std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t,
                   float, double) {
  std::size_t const sizes[] = {255,   256,   257,   1021,  2048,  2049,  4099,   32767,
                               32768, 49151, 49152, 49153, 65536, 65537, 100003, 300007};
  for (std::size_t const n : sizes)
    for (pattern const shape : all_patterns)
      for (auto const& how : executions())
        if (n <= most_elements)
          check<TestType>(shape, n, 7, how, n % 2 == 0 ? sort_order::ascending : sort_order::descending);
}

TEMPLATE_TEST_CASE("a million keys are sorted on any number of threads", "[sort]", std::int32_t,
                   std::uint64_t, float, double, std::uint16_t) {
  for (std::uint64_t seed : {0U, 1U})
    for (pattern const shape : all_patterns)
      for (auto const& how : executions())
        check<TestType>(shape, std::min<std::size_t>(1'000'003, most_elements), seed, how,
                        seed == 0 ? sort_order::ascending : sort_order::descending);
}

TEST_CASE("unaligned keys are sorted", "[sort]") {
  for (std::size_t const n : {10UL, 64UL, 1000UL, 100'000UL})
    for (auto const& how : executions()) {
      auto data = make<std::uint32_t>(pattern::random, n + 3, 1);
      auto expected = data;
      std::sort(expected.begin() + 1, expected.end() - 2);
      tandem::cpu::sort_keys(how, data.data() + 1, n);
      REQUIRE((data == expected)); // also: nothing outside is touched
    }
}

TEST_CASE("sorting inside a parallel region that fails elsewhere still completes", "[sort]") {
  tandem::cpu::pool workers({.threads = 4});
  for (int repeat = 0; repeat < 20; ++repeat) {
    auto data = make<std::uint32_t>(pattern::random, 200'000, 3);
    auto expected = data;
    std::sort(expected.begin(), expected.end());
    bool sorted = false;
    auto const region = [&] {
      workers.for_workers(2, [&](std::size_t worker) {
        if (worker == 1)
          throw std::runtime_error("elsewhere");
        tandem::cpu::sort_keys({&workers}, data.data(), data.size());
        sorted = true;
      });
    };
    REQUIRE_THROWS_AS(region(), std::runtime_error);
    if (sorted)
      REQUIRE((data == expected));
    std::sort(data.begin(), data.end());
    REQUIRE((data == expected));
  }
}
