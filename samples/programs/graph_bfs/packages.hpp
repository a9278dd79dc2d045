// The installed Debian packages as a graph: who needs whom, out of dpkg's status file.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace samples {

/// Nodes are numbered in the order they are first named in.
struct graph {
  std::vector<std::string> names;
  std::unordered_map<std::string, int> index;
  std::vector<std::vector<int>> needs;

  int node(std::string const& name) {
    auto const [at, added] = index.try_emplace(name, static_cast<int>(names.size()));
    if (added) {
      names.push_back(name);
      needs.emplace_back();
    }
    return at->second;
  }
};

/// "a (>= 1), b | c, d:any" → a, b, d: the first of alternatives, without versions.
inline std::vector<std::string> packages_in(std::string const& line) {
  std::vector<std::string> found;
  std::istringstream items(line);
  for (std::string item; std::getline(items, item, ',');) {
    auto const first = item.find_first_not_of(' ');
    if (first != std::string::npos)
      found.push_back(item.substr(first, item.find_first_of(" (:|", first) - first));
  }
  return found;
}

inline graph read_packages(std::string const& file) {
  graph g;
  std::ifstream in(file);
  int current = -1;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("Package: "))
      current = g.node(line.substr(9));
    for (auto const* field : {"Depends: ", "Pre-Depends: "})
      if (current >= 0 && line.starts_with(field))
        for (auto const& name : packages_in(line.substr(std::char_traits<char>::length(field)))) {
          int const other = g.node(name); // before needs[current]: it may move the vector
          g.needs[static_cast<std::size_t>(current)].push_back(other);
        }
  }
  return g;
}

} // namespace samples
