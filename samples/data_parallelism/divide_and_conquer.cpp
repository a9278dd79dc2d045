// Divide and conquer with parallel_join: a sum, a merge sort and a quicksort, each a recursion that forks while the parts are large
// enough to pay for it. What the library has already (parallel_reduce, parallel_sort) is the measure.
#include <tandem/functional.hpp>
#include <tandem/join.hpp>
#include <tandem/reduce.hpp>
#include <tandem/sort.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <span>
#include <vector>

namespace {

constexpr std::size_t leaf = 4096; // some microseconds of work: far more than a fork costs

std::uint64_t sum(std::span<std::uint32_t const> values) {
  if (values.size() <= leaf) {
    std::uint64_t total = 0;
    for (auto const one : values)
      total += one;
    return total;
  }
  auto const half = values.size() / 2;
  auto const [left, right] = tandem::parallel_join([&] { return sum(values.first(half)); },
                                                   [&] { return sum(values.subspan(half)); });
  return left + right;
}

void merge_sort(std::span<std::uint32_t> values, std::span<std::uint32_t> room) {
  if (values.size() <= leaf)
    return std::stable_sort(values.begin(), values.end());
  auto const half = values.size() / 2;
  tandem::parallel_join([&] { merge_sort(values.first(half), room.first(half)); },
                        [&] { merge_sort(values.subspan(half), room.subspan(half)); });
  std::merge(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half),
             values.begin() + static_cast<std::ptrdiff_t>(half), values.end(), room.begin());
  std::copy(room.begin(), room.end(), values.begin());
}

void quicksort(std::span<std::uint32_t> values) {
  if (values.size() <= leaf)
    return std::sort(values.begin(), values.end());
  auto const middle = values[values.size() / 2], first = values.front(), last = values.back();
  auto const pivot =
      std::max(std::min(first, last), std::min(std::max(first, last), middle)); // the median of three
  auto const less = std::partition(values.begin(), values.end(), [pivot](auto v) { return v < pivot; });
  auto const equal =
      std::partition(less, values.end(), [pivot](auto v) { return v == pivot; }); // many equals end here
  tandem::parallel_join(
      [&] {
        quicksort({values.begin(), less});
      },
      [&] {
        quicksort({equal, values.end()});
      });
}

} // namespace

int main() {
  std::vector<std::uint32_t> values(1'000'000);
  std::mt19937 random{42};
  for (auto& one : values)
    one = static_cast<std::uint32_t>(random()) >> 8;

  auto const by_recursion = sum(values);
  auto const by_library = tandem::parallel_reduce(values, std::uint64_t{0}, tandem::plus{});
  std::printf("sum of %zu numbers: %llu by recursion, %llu by parallel_reduce\n", values.size(),
              static_cast<unsigned long long>(by_recursion), static_cast<unsigned long long>(by_library));

  auto merged = values, quick = values, expected = values;
  std::vector<std::uint32_t> room(values.size());
  merge_sort(merged, room);
  quicksort(quick);
  tandem::parallel_sort(expected);
  bool const right = by_recursion == by_library && merged == expected && quick == expected;
  std::printf("merge sort and quicksort agree with parallel_sort: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
