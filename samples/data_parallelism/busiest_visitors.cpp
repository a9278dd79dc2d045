// Sorting by key and what follows from it: a million requests are grouped by visitor (parallel_sort_by_key),
// added up (parallel_reduce_by_key), and the ten who asked for most are picked (parallel_top_k); the order of
// all of them without moving anything is a permutation. A hash map, filled one request at a time, is the check.
#include <tandem/tandem.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::uint32_t visitors = 5000;

struct requests {
  std::vector<std::uint32_t> visitor; // who
  std::vector<std::uint32_t> bytes;   // how much
};

/// Some visitors come far more often than others: the k-th about 1 / k as often as the first.
requests a_day() {
  std::mt19937 random(11);
  std::vector<double> weights;
  for (std::uint32_t k = 1; k <= visitors; ++k)
    weights.push_back(1.0 / k);
  std::discrete_distribution<std::uint32_t> who(weights.begin(), weights.end());
  requests day;
  for (int i = 0; i < 1'000'000; ++i) {
    day.visitor.push_back(((who(random) + 1) * 2654435761u) >> 4); // an address rather than a rank
    day.bytes.push_back(static_cast<std::uint32_t>(random() % 5000));
  }
  return day;
}

std::unordered_map<std::uint32_t, std::uint64_t> by_hash_map(requests const& day) {
  std::unordered_map<std::uint32_t, std::uint64_t> totals;
  for (std::size_t i = 0; i < day.visitor.size(); ++i)
    totals[day.visitor[i]] += day.bytes[i];
  return totals;
}

} // namespace

int main() {
  auto day = a_day();
  auto const expected = by_hash_map(day);

  // Requests of one visitor side by side, each visitor's still in the order in which they came.
  tandem::parallel_sort_by_key(day.visitor, day.bytes);
  auto const wide = tandem::parallel_map(day.bytes, [](auto n) { return tandem::cast<std::uint64_t>(n); });
  auto const [visitor, total] = tandem::parallel_reduce_by_key(day.visitor, wide, tandem::plus{});

  bool right = visitor.size() == expected.size();
  for (std::size_t i = 0; right && i < visitor.size(); ++i)
    right = expected.at(visitor[i]) == total[i];

  // Whoever only wants the first ten need not sort the rest.
  auto const most = tandem::parallel_top_k(total, 10);
  // Who they are says the order of the totals; visitors and totals stay where they are.
  auto const order = tandem::parallel_sort_permutation(total, tandem::greater{});
  std::printf("%zu requests of %zu visitors\n", day.visitor.size(), visitor.size());
  for (std::size_t i = 0; i < most.size(); ++i) {
    std::printf("  visitor %08x %12llu bytes\n", visitor[order[i]], static_cast<unsigned long long>(most[i]));
    right = right && total[order[i]] == most[i];
  }
  right = right && std::is_sorted(order.begin(), order.end(),
                                  [&](std::size_t a, std::size_t b) { return total[a] > total[b]; });
  std::printf("the hash map says the same: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
