// Elementwise functions: the cost of a call, bandwidth, arithmetic.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "rayon.hpp"
#include "thrust.hpp"

#include <tandem/map.hpp>
#include <tandem/math.hpp>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <execution>
#include <memory>
#include <random>

namespace tandem_bench {
namespace {

struct mapping {
  std::vector<float> in;
  std::vector<float> out;
};

std::shared_ptr<mapping> data_of(std::size_t n) {
  auto const held = std::make_shared<mapping>();
  std::mt19937 random(1);
  std::uniform_real_distribution<float> numbers(0.1F, 1.0F);
  held->in.resize(n);
  held->out.resize(n);
  for (float& x : held->in) {
    x = numbers(random);
  }
  return held;
}

constexpr auto twice_plus_one = [](auto x) { return x * 2.0F + 1.0F; };

[[gnu::noinline]] void plain_loop(float const* in, float* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = in[i] * 2.0F + 1.0F;
  }
}

void map_by_tbb(float const* in, float* out, std::size_t n) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n), [=](auto const& range) {
    plain_loop(in + range.begin(), out + range.begin(), range.size());
  });
}

/// 2x + 1 by the peers.
void add_map_peers(comparison& made, std::shared_ptr<mapping> const& held) {
  auto const check = [held]() -> std::string {
    for (std::size_t i = 0; i < held->in.size(); ++i) {
      if (held->out[i] != held->in[i] * 2.0F + 1.0F) {
        return "element " + std::to_string(i) + " is wrong";
      }
    }
    return "";
  };
  auto const add = [&](peer who, char const* name, auto map) {
    made.ways.push_back(
        {who, {name, [held, map] { map(held->in.data(), held->out.data(), held->in.size()); }}, check});
  };
  made.ways.front().check = check;
  add(peer::tbb, "tbb::parallel_for", map_by_tbb);
  add(peer::standard, "std::transform(par_unseq)", [](float const* in, float* out, std::size_t n) {
    std::transform(std::execution::par_unseq, in, in + n, out, twice_plus_one);
  });
#if TANDEM_BENCH_THRUST
  add(peer::thrust, "thrust::transform",
      [](float const* in, float* out, std::size_t n) { thrust_tbb::map(in, n, out); });
#endif
#if TANDEM_BENCH_RAYON
  add(peer::rayon, "zip and for_each",
      [](float const* in, float* out, std::size_t n) { peer_rayon_map(in, n, out); });
  add(peer::rayon, "par_chunks and a loop",
      [](float const* in, float* out, std::size_t n) { peer_rayon_map_chunks(in, n, out); });
#endif
  add(peer::one_thread, "a loop", plain_loop);
}

comparison small_map(setting const& given) {
  auto const held = data_of(1000);
  comparison made{.title = "2x + 1 over 1,000 floats", .n = held->in.size(), .per_call = true};
  made.goals.push_back({goal::kind::at_most_more, 200, peer::one_thread});
  made.ways.push_back({peer::tandem, {"parallel_map", [held, &where = given.where] {
                                        tandem::parallel_map(tandem::automatic.with(where), held->in,
                                                             held->out, twice_plus_one);
                                      }}});
  add_map_peers(made, held);
  return made;
}

comparison large_map(setting const& given) {
  auto const held = data_of(given.n);
  comparison made{.title = "2x + 1 float", .n = given.n};
  made.goals.push_back({goal::kind::times_as_fast, 0.9, peer::bound});
  made.ways.push_back({peer::tandem, {"parallel_map", [held, &where = given.where] {
                                        tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out,
                                                             twice_plus_one);
                                      }}});
  add_map_peers(made, held);
  add_copying_bound(made, held, given.n);
  return made;
}

float with_libm(float x) {
  return std::sin(x) * std::exp(x);
}

comparison sin_exp(setting const& given) {
  auto const held = data_of(given.n / 10);
  comparison made{.title = "sin(x)·exp(x) float", .n = given.n / 10};
  made.goals.push_back({goal::kind::times_as_fast, 5, peer::standard});
  auto const check = [held]() -> std::string {
    for (std::size_t i = 0; i < held->in.size(); ++i) {
      double const x = static_cast<double>(held->in[i]);
      double const expected = std::sin(x) * std::exp(x);
      if (std::abs(static_cast<double>(held->out[i]) / expected - 1.0) > 1e-6) {
        return "element " + std::to_string(i) + " is wrong";
      }
    }
    return "";
  };
  auto const add = [&](peer who, char const* name, auto map) {
    made.ways.push_back({who, {name, [held, map] { map(held->in, held->out); }}, check});
  };
  add(peer::tandem, "parallel_map with tandem::sin and exp",
      [&where = given.where](auto const& in, auto& out) {
        tandem::parallel_map(tandem::on_cpu.with(where), in, out,
                             [](auto x) { return tandem::sin(x) * tandem::exp(x); });
      });
  add(peer::tbb, "tbb::parallel_for, std::sin and std::exp", [](auto const& in, auto& out) {
    tbb::parallel_for(std::size_t{0}, in.size(), [&](std::size_t i) { out[i] = with_libm(in[i]); });
  });
  add(peer::standard, "std::transform(par_unseq)", [](auto const& in, auto& out) {
    std::transform(std::execution::par_unseq, in.begin(), in.end(), out.begin(), with_libm);
  });
#if TANDEM_BENCH_RAYON
  add(peer::rayon, "zip and for_each",
      [](auto const& in, auto& out) { peer_rayon_sin_exp(in.data(), in.size(), out.data()); });
#endif
  add(peer::one_thread, "std::transform",
      [](auto const& in, auto& out) { std::transform(in.begin(), in.end(), out.begin(), with_libm); });
  return made;
}

} // namespace

void add_maps(std::vector<job>& jobs) {
  jobs.push_back({"map_small", small_map});
  jobs.push_back({"map", large_map});
  jobs.push_back({"sin_exp", sin_exp});
}

} // namespace tandem_bench
