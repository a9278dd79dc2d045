// Arithmetic: sin(x)·exp(x) over 10^6 floats, against libm under the parallel standard algorithms.
#include "peers_suite.hpp"
#include "workload.hpp"

#include <tandem/math.hpp>
#include <tandem/map.hpp>

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <execution>

namespace tandem_bench {
namespace {

struct data {
  std::vector<float> in = some_floats(1'000'000, 1);
  std::vector<float> out = std::vector<float>(1'000'000);
};

float with_libm(float x) {
  return std::sin(x) * std::exp(x);
}

} // namespace

comparison transcendental_map(tandem::runtime& where) {
  auto const held = std::make_shared<data>();
  auto const f = [](auto x) { return tandem::sin(x) * tandem::exp(x); };
  comparison made{"transcendental_map", "sin(x)·exp(x) over 10^6 floats", held->in.size(), 8.0e6, {}, {}};
  made.ways.push_back({"tandem on_cpu", [held, f, &where] {
                         tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out, f);
                       }});
  made.ways.push_back({"std::transform par_unseq, std::sin and std::exp", [held] {
                         std::transform(std::execution::par_unseq, held->in.begin(), held->in.end(),
                                        held->out.begin(), with_libm);
                       }});
  made.ways.push_back({"tbb::parallel_for, std::sin and std::exp", [held] {
                         tbb::parallel_for(std::size_t{0}, held->in.size(),
                                           [&](std::size_t i) { held->out[i] = with_libm(held->in[i]); });
                       }});
  made.ways.push_back({"one thread, std::sin and std::exp", [held] {
                         std::transform(held->in.begin(), held->in.end(), held->out.begin(), with_libm);
                       }});
  made.verify = [held, f, &where]() -> std::string {
    tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out, f);
    double worst = 0.0;
    for (std::size_t i = 0; i < held->in.size(); ++i) {
      double const x = held->in[i];
      double const expected = std::sin(x) * std::exp(x);
      worst = std::max(worst, std::abs((static_cast<double>(held->out[i]) - expected) / expected));
    }
    return worst < 1e-6 ? "" : "relative error " + std::to_string(worst);
  };
  return made;
}

} // namespace tandem_bench
