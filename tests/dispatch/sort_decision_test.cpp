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
