// The numbers of threads that the sort tests use: one, two, and more than most machines have to spare.
#pragma once

#include <tandem/cpu/execution.hpp>

#include <vector>

namespace sort_tests {

inline std::vector<tandem::cpu::execution> const& pools() {
  static tandem::cpu::pool two({.threads = 2});
  static tandem::cpu::pool five({.threads = 5});
  static std::vector<tandem::cpu::execution> const all = {{nullptr}, {&two}, {&five}};
  return all;
}

} // namespace sort_tests
