// tandem-bench peers: tandem beside other ways of doing the same on the CPU, in one run, verified before it
// is timed.
#pragma once

#include "measure.hpp"

#include <tandem/runtime.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tandem_bench {

/// One job done by tandem (first) and by its peers.
struct comparison {
  std::string key;
  std::string title;
  std::size_t n = 0;
  double bytes = 0.0; ///< read and written by one call; 0: a rate says nothing
  std::vector<contender> ways;
  std::function<std::string()> verify = {}; ///< "" or what is wrong
};

/// What came of it: one timing per way.
struct compared {
  comparison subject;
  std::vector<timing> times;
};

/// Each owns its data through its lambdas.
comparison small_map(tandem::runtime& where);
comparison copying_map(tandem::runtime& where);
comparison transcendental_map(tandem::runtime& where);
comparison float_sum(tandem::runtime& where);

std::vector<std::function<comparison(tandem::runtime&)>> all_comparisons();

} // namespace tandem_bench
