// Sums and extreme elements, against reading memory as fast as this machine can.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "elements.hpp"
#include "rayon.hpp"
#include "thrust.hpp"

#include <tandem/extrema.hpp>
#include <tandem/functional.hpp>
#include <tandem/reduce.hpp>

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <execution>
#include <limits>
#include <memory>
#include <numeric>

#if TANDEM_BENCH_GNU
#include <parallel/algorithm>
#include <parallel/numeric>
#endif

namespace tandem_bench {
namespace {

struct summing {
  std::vector<float> in;
  double expected = 0;
  float total = 0;
};

float sum_by_tbb(std::vector<float> const& in) {
  return tbb::parallel_reduce(
      tbb::blocked_range<std::size_t>(0, in.size(), 1 << 16), 0.0F,
      [&](auto const& range, float so_far) {
        constexpr std::size_t lanes = 64; // so that the compiler may use vectors
        float part[lanes] = {};
        std::size_t i = range.begin();
        for (; i + lanes <= range.end(); i += lanes) {
          for (std::size_t l = 0; l < lanes; ++l) {
            part[l] += in[i + l];
          }
        }
        for (; i < range.end(); ++i) {
          part[0] += in[i];
        }
        return so_far + std::accumulate(part, part + lanes, 0.0F);
      },
      [](float a, float b) { return a + b; });
}

comparison sum_of(setting const& given, std::string title, std::size_t n) {
  auto const held = std::make_shared<summing>();
  held->in = random_numbers<float>(n);
  for (float& x : held->in) {
    x = std::abs(x);
  }
  held->expected = std::accumulate(held->in.begin(), held->in.end(), 0.0);
  comparison made{.title = std::move(title), .n = n};
  made.goals.push_back({goal::kind::times_as_fast, 0.95, peer::bound});
  auto const add = [&](peer who, char const* name, auto sum, double tolerance = 1e-4) {
    made.ways.push_back({who,
                         {name,
                          [held, sum] {
                            held->total = sum(held->in);
                            keep(held->total);
                          }},
                         [held, tolerance]() -> std::string {
                           double const error = static_cast<double>(held->total) / held->expected - 1.0;
                           return std::abs(error) < tolerance ? ""
                                                              : "relative error " + std::to_string(error);
                         }});
  };
  add(peer::tandem, "parallel_reduce", [&where = given.where](std::vector<float> const& in) {
    return tandem::parallel_reduce(tandem::on_cpu.with(where), in, 0.0F, tandem::plus{});
  });
  add(peer::tbb, "tbb::parallel_reduce", sum_by_tbb);
  add(
      peer::standard, "std::reduce(par_unseq)",
      [](std::vector<float> const& in) {
        return std::reduce(std::execution::par_unseq, in.begin(), in.end(), 0.0F);
      },
      0.1);
#if TANDEM_BENCH_GNU
  add(
      peer::gnu, "__gnu_parallel::accumulate",
      [](std::vector<float> const& in) { return __gnu_parallel::accumulate(in.begin(), in.end(), 0.0F); },
      1.0);
#endif
#if TANDEM_BENCH_THRUST
  add(
      peer::thrust, "thrust::reduce",
      [](std::vector<float> const& in) { return thrust_tbb::sum(in.data(), in.size()); }, 1.0);
#endif
#if TANDEM_BENCH_RAYON
  add(
      peer::rayon, "sum", [](std::vector<float> const& in) { return peer_rayon_sum(in.data(), in.size()); },
      1.0);
#endif
  add_reading_bound(made, held);
  return made;
}

struct searching_extreme {
  std::vector<float> in;
  std::size_t expected = 0;
  std::size_t found = 0;
};

comparison max_of(setting const& given) {
  auto const held = std::make_shared<searching_extreme>();
  held->in = random_numbers<float>(given.n);
  held->expected =
      static_cast<std::size_t>(std::max_element(held->in.begin(), held->in.end()) - held->in.begin());
  comparison made{.title = "max_element float", .n = given.n};
  made.goals.push_back({goal::kind::times_as_fast, 4, peer::standard});
  auto const add = [&](peer who, char const* name, auto search) {
    made.ways.push_back({who, {name, [held, search] { held->found = search(held->in); }}, [held] {
                           return held->found == held->expected ? "" : "wrong element";
                         }});
  };
  add(peer::tandem, "parallel_max_element", [&where = given.where](std::vector<float> const& in) {
    return tandem::parallel_max_element(tandem::on_cpu.with(where), in);
  });
  add(peer::standard, "std::max_element(par_unseq)", [](std::vector<float> const& in) {
    return static_cast<std::size_t>(std::max_element(std::execution::par_unseq, in.begin(), in.end()) -
                                    in.begin());
  });
#if TANDEM_BENCH_GNU
  add(peer::gnu, "__gnu_parallel::max_element", [](std::vector<float> const& in) {
    return static_cast<std::size_t>(__gnu_parallel::max_element(in.begin(), in.end()) - in.begin());
  });
#endif
#if TANDEM_BENCH_THRUST
  add(peer::thrust, "thrust::max_element",
      [](std::vector<float> const& in) { return thrust_tbb::max_element(in.data(), in.size()); });
#endif
#if TANDEM_BENCH_RAYON
  made.ways.push_back({peer::rayon, {"reduce with max, no index", [held] {
                                       keep(peer_rayon_max(held->in.data(), held->in.size()));
                                     }}});
#endif
  add(peer::one_thread, "std::max_element", [](std::vector<float> const& in) {
    return static_cast<std::size_t>(std::max_element(in.begin(), in.end()) - in.begin());
  });
  add_reading_bound(made, held);
  return made;
}

} // namespace

void add_reductions(std::vector<job>& jobs) {
  jobs.push_back({"sum", [](setting const& given) { return sum_of(given, "sum float", given.n); }});
  jobs.push_back({"sum_large", [](setting const& given) {
                    return sum_of(given, "sum float, ten times as many", given.n * 10);
                  }});
  jobs.push_back({"max_element", max_of});
}

} // namespace tandem_bench
