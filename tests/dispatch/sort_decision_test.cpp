// What sorts cost, and where they run because of it.
#include <tandem/tandem.hpp>

#include <runtime_core.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace tandem;

TEST_CASE("Sorts are decided by what they cost: digits, or comparisons", "[sort][decision]") {
  runtime where{runtime_options{.threads = 2}};
  auto const kind = [&](auto const& sort) {
    std::vector<std::uint32_t> data(5000);
    for (std::uint32_t i = 0; i < data.size(); ++i)
      data[i] = i * 2654435761u;
    sort(data);
    return where.last_decision().asked.kind;
  };
  auto const here = automatic.with(where);
  CHECK(kind([&](auto& data) { parallel_sort(here, data); }) == algorithm::radix_sort);
  CHECK(kind([&](auto& data) { parallel_sort(here, data, greater{}); }) == algorithm::radix_sort);
  CHECK(kind([&](auto& data) { parallel_sort(on_cpu.with(where), data); }) == algorithm::radix_sort);
  CHECK(kind([&](auto& data) { parallel_sort_permutation(here, data); }) == algorithm::radix_sort);
  // A comparator of one's own, whether a GPU could run it or not.
  CHECK(kind([&](auto& data) { parallel_sort(here, data, [](auto a, auto b) { return a > b; }); }) ==
        algorithm::comparison_sort);
  CHECK(kind([&](auto& data) {
          parallel_sort(here, data, [](std::uint32_t a, std::uint32_t b) { return a > b; });
        }) == algorithm::comparison_sort);
  CHECK(kind([&](auto& data) {
          parallel_stable_sort(here, data, [](auto a, auto b) { return a % 7u < b % 7u; });
        }) == algorithm::comparison_sort);
}

TEST_CASE("A sort runs on the threads that were decided for it", "[sort][decision]") {
  runtime_options options;
  options.threads = 2;
  options.device = "cpu";
  options.cost = "frozen";
  auto const folder = std::filesystem::temp_directory_path() / ("tandem-sort-" + std::to_string(::getpid()));
  options.profile = folder / "profile.json";
  runtime where{options};
  auto costly = where.current_profile();
  costly.cpu.fork_us = 1e9; // threads never pay
  where.core().learn(costly);
  std::vector<std::uint32_t> data(300000);
  for (std::uint32_t i = 0; i < data.size(); ++i)
    data[i] = i * 2654435761u;
  auto const caller = std::this_thread::get_id();
  std::atomic<int> elsewhere{0};
  auto const compare = [&](std::uint32_t a, std::uint32_t b) {
    elsewhere += std::this_thread::get_id() != caller;
    return a < b;
  };
  parallel_sort(automatic.with(where), data, compare);
  CHECK(where.last_decision().where() == backend::serial);
  CHECK(elsewhere == 0);
  std::filesystem::remove_all(folder);
  CHECK(std::is_sorted(data.begin(), data.end()));
}

TEST_CASE("Sorts too small to be decided are told of like others", "[sort][decision]") {
  runtime where{runtime_options{.threads = 1}}; // with two, a busy machine may teach that both are faster
  auto const shuffled = [](std::size_t n) {
    std::vector<std::uint32_t> data(n);
    for (std::uint32_t i = 0; i < n; ++i)
      data[i] = i * 2654435761u;
    return data;
  };
  for (int round = 0; round < 3; ++round) // from the third on, what was learned lets it go undecided
    for (std::size_t n : {2u, 3u, 32u, 33u, 200u, 300u, 400u}) {
      auto keys = shuffled(n);
      parallel_sort(on_cpu.with(where), keys);
      CAPTURE(round, n);
      CHECK(std::is_sorted(keys.begin(), keys.end()));
      CHECK(where.last_decision().asked.n == n);
      CHECK(where.last_decision().asked.kind == algorithm::radix_sort);
      CHECK(where.last_decision().where() == backend::serial);
      auto numbers = shuffled(n);
      parallel_sort(on_cpu.with(where), numbers, [](std::uint32_t a, std::uint32_t b) { return a > b; });
      CHECK(std::is_sorted(numbers.rbegin(), numbers.rend()));
      CHECK(where.last_decision().asked.n == n);
      CHECK(where.last_decision().asked.kind == algorithm::comparison_sort);
    }
}
