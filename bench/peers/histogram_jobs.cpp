// Counting bytes by their value.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "elements.hpp"
#include "rayon.hpp"

#include <tandem/histogram.hpp>

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <memory>

namespace tandem_bench {
namespace {

using counts = std::array<std::uint64_t, 256>;

struct counting {
  std::vector<std::uint8_t> in;
  counts bins{};
  counts expected{};
};

void count_by_tbb(counting& held) {
  tbb::enumerable_thread_specific<counts> mine([] { return counts{}; });
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, held.in.size(), 1 << 16), [&](auto const& range) {
    counts& local = mine.local();
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      ++local[held.in[i]];
    }
  });
  held.bins = {};
  for (counts const& local : mine) {
    for (std::size_t b = 0; b < local.size(); ++b) {
      held.bins[b] += local[b];
    }
  }
}

void count_by_loop(std::vector<std::uint8_t> const& in, counts& bins) {
  bins = {};
  for (std::uint8_t const x : in) {
    ++bins[x];
  }
}

comparison histogram_of(setting const& given, std::string title, bool uniform, std::vector<goal> goals) {
  auto const held = std::make_shared<counting>();
  held->in = random_numbers<std::uint8_t>(given.n);
  if (!uniform) {
    std::fill(held->in.begin(), held->in.end(), std::uint8_t{77});
  }
  count_by_loop(held->in, held->expected);
  comparison made{.title = std::move(title), .n = given.n, .goals = std::move(goals)};
  auto const check = [held] { return held->bins == held->expected ? "" : "wrong counts"; };
  made.ways.push_back({peer::tandem,
                       {"parallel_histogram",
                        [held, &where = given.where] {
                          held->bins = {};
                          tandem::parallel_histogram(tandem::on_cpu.with(where), held->in, held->bins,
                                                     [](auto x) { return x; });
                        }},
                       check});
  made.ways.push_back(
      {peer::tbb, {"parallel_for and a table a thread", [held] { count_by_tbb(*held); }}, check});
#if TANDEM_BENCH_RAYON
  made.ways.push_back(
      {peer::rayon,
       {"fold and reduce",
        [held] { peer_rayon_histogram(held->in.data(), held->in.size(), held->bins.data()); }},
       check});
#endif
  made.ways.push_back({peer::one_thread, {"a loop", [held] { count_by_loop(held->in, held->bins); }}, check});
  add_reading_bound(made, held);
  return made;
}

} // namespace

void add_histograms(std::vector<job>& jobs) {
  jobs.push_back({"histogram_uniform", [](setting const& given) {
                    return histogram_of(given, "histogram of bytes, uniform", true,
                                        {{goal::kind::times_as_fast, 1, peer::tbb}});
                  }});
  jobs.push_back({"histogram_equal", [](setting const& given) {
                    return histogram_of(given, "histogram of bytes, all equal", false,
                                        {{goal::kind::times_as_fast, 4, peer::tbb}});
                  }});
}

} // namespace tandem_bench
