// Breadth-first search in parallel, level by level, on a real graph: which Debian packages a package needs, how many steps away. Each
// level's neighbours are claimed by compare-and-swap, so nobody is visited twice; the distances are checked against the plain search.
//
//     graph_bfs [package] [status file]      default: the package with the most dependencies, /var/lib/dpkg/status
#include "packages.hpp"

#include <tandem/for_each.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <queue>
#include <string>
#include <vector>

#include <tbb/enumerable_thread_specific.h>

namespace {

using samples::graph;

std::vector<int> search_plainly(graph const& g, int start) {
  std::vector<int> distance(g.names.size(), -1);
  std::queue<int> next({start});
  distance[static_cast<std::size_t>(start)] = 0;
  for (; !next.empty(); next.pop())
    for (int const other : g.needs[static_cast<std::size_t>(next.front())])
      if (distance[static_cast<std::size_t>(other)] < 0) {
        distance[static_cast<std::size_t>(other)] = distance[static_cast<std::size_t>(next.front())] + 1;
        next.push(other);
      }
  return distance;
}

std::vector<std::atomic<int>> search_in_parallel(graph const& g, int start) {
  std::vector<std::atomic<int>> distance(g.names.size());
  for (auto& one : distance)
    one = -1;
  distance[static_cast<std::size_t>(start)] = 0;
  std::vector<int> frontier{start};
  for (int level = 1; !frontier.empty(); ++level) {
    tbb::enumerable_thread_specific<std::vector<int>> reached; // a list for each thread: no lock
    tandem::parallel_for_each(tandem::on_cpu, frontier, [&](int here) {
      for (int const other : g.needs[static_cast<std::size_t>(here)])
        if (int unseen = -1; distance[static_cast<std::size_t>(other)].compare_exchange_strong(unseen, level))
          reached.local().push_back(other);
    });
    frontier.clear();
    for (auto const& one : reached)
      frontier.insert(frontier.end(), one.begin(), one.end());
  }
  return distance;
}

} // namespace

int main(int argc, char** argv) {
  std::string const file = argc > 2 ? argv[2] : "/var/lib/dpkg/status";
  auto const g = samples::read_packages(file);
  if (g.names.empty()) {
    std::fprintf(stderr, "graph_bfs: no packages in %s\n", file.c_str());
    return 1;
  }
  auto const widest = std::max_element(g.needs.begin(), g.needs.end(),
                                       [](auto const& a, auto const& b) { return a.size() < b.size(); });
  auto const named = argc > 1 ? g.index.find(argv[1]) : g.index.end();
  if (argc > 1 && named == g.index.end()) {
    std::fprintf(stderr, "graph_bfs: %s knows no package '%s'\n", file.c_str(), argv[1]);
    return 1;
  }
  int const start = argc > 1 ? named->second : static_cast<int>(widest - g.needs.begin());

  auto const distance = search_in_parallel(g, start);
  auto const expected = search_plainly(g, start);
  std::vector<int> at_distance;
  bool right = true;
  for (std::size_t i = 0; i < distance.size(); ++i) {
    right &= distance[i] == expected[i];
    if (distance[i] >= 0) {
      at_distance.resize(std::max(at_distance.size(), static_cast<std::size_t>(distance[i]) + 1));
      ++at_distance[static_cast<std::size_t>(distance[i])];
    }
  }
  std::printf("%zu packages; what %s needs:\n", g.names.size(),
              g.names[static_cast<std::size_t>(start)].c_str());
  for (std::size_t steps = 1; steps < at_distance.size(); ++steps)
    std::printf("  %4d packages %zu step%s away\n", at_distance[steps], steps, steps == 1 ? "" : "s");
  std::printf("the plain search finds the same distances: %s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
