// tandem-bench peers: tandem beside what a user would call otherwise, in one run, every way checked before it
// is timed.
#pragma once

#include "measure.hpp"

#include <tandem/runtime.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tandem_bench {

/// Whose code a way of doing the job is: a column of the table.
enum class peer {
  tandem,
  tbb,
  standard, ///< the parallel algorithms of the standard library
  gnu,      ///< __gnu_parallel, on OpenMP
  boost,    ///< Boost.Sort
  thrust,   ///< Thrust's TBB backend
  rayon,
  one_thread, ///< std:: or a plain loop on the calling thread
  bound, ///< not the job itself, but what no way of doing it can beat: reading, and writing what it writes
};
inline constexpr std::size_t peer_count = 9;
char const* name_of(peer who) noexcept;

struct approach {
  peer who;
  contender how;
  /// After a call of how.run: "" or what is wrong.
  std::function<std::string()> check = {};
};

/// What tandem is meant to reach.
struct goal {
  enum class kind {
    times_as_fast, ///< as `against`
    at_most_ns,    ///< an element
    at_most_more,  ///< ns a call than `against`
  };
  kind what;
  double value;
  peer against = peer::tandem;
};

/// One job done by tandem and by its peers. Owns its data through its lambdas.
struct comparison {
  std::string title;
  std::size_t n = 0;
  std::vector<approach> ways = {};
  std::vector<goal> goals = {};
  bool per_call = false; ///< the table shows calls, not elements
};

/// What a comparison is made with.
struct setting {
  tandem::runtime& where;
  std::size_t n; ///< elements of a large case
};

struct job {
  std::string key;
  std::function<comparison(setting const&)> prepare;
};

void add_sorts(std::vector<job>& jobs);
void add_scans(std::vector<job>& jobs);
void add_filters(std::vector<job>& jobs);
void add_histograms(std::vector<job>& jobs);
void add_reductions(std::vector<job>& jobs);
void add_searches(std::vector<job>& jobs);
void add_maps(std::vector<job>& jobs);

/// What came of it: one timing per way.
struct compared {
  std::string key;
  comparison subject;
  std::vector<timing> times;
};

} // namespace tandem_bench
