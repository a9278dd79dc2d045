// Counting and looking for elements that are rare or not there: all of them are read.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "elements.hpp"
#include "rayon.hpp"
#include "thrust.hpp"

#include <tandem/find.hpp>

#include <algorithm>
#include <execution>
#include <memory>

#if TANDEM_BENCH_GNU
#include <parallel/algorithm>
#endif

namespace tandem_bench {
namespace {

struct searching {
  std::vector<float> in;
  float limit = 0;
  std::size_t expected = 0;
  std::size_t found = 0;
};

std::shared_ptr<searching> data_of(std::size_t n, float limit) {
  auto const held = std::make_shared<searching>();
  held->in = random_numbers<float>(n);
  held->limit = limit;
  return held;
}

constexpr float none = 1e30F; // larger than any

template <class Search>
void add(comparison& made, std::shared_ptr<searching> const& held, peer who, char const* name,
         Search search) {
  made.ways.push_back(
      {who,
       {name, [held, search] { held->found = static_cast<std::size_t>(search(held->in, held->limit)); }},
       [held] { return held->found == held->expected ? "" : "wrong answer"; }});
}

void add_bound(comparison& made, std::shared_ptr<searching> const& held) {
  add_reading_bound(made, held);
  made.goals.push_back({goal::kind::times_as_fast, 0.95, peer::bound});
}

comparison count_of(setting const& given) {
  auto const held = data_of(given.n, 0.0F);
  held->expected = static_cast<std::size_t>(
      std::count_if(held->in.begin(), held->in.end(), [](float x) { return x > 0.0F; }));
  comparison made{.title = "count float, half", .n = given.n};
  add(made, held, peer::tandem, "parallel_count", [&where = given.where](auto const& in, float limit) {
    return tandem::parallel_count(tandem::on_cpu.with(where), in, [limit](auto x) { return x > limit; });
  });
  add(made, held, peer::standard, "std::count_if(par_unseq)", [](auto const& in, float limit) {
    return std::count_if(std::execution::par_unseq, in.begin(), in.end(), [=](float x) { return x > limit; });
  });
#if TANDEM_BENCH_GNU
  add(made, held, peer::gnu, "__gnu_parallel::count_if", [](auto const& in, float limit) {
    return __gnu_parallel::count_if(in.begin(), in.end(), [=](float x) { return x > limit; });
  });
#endif
#if TANDEM_BENCH_THRUST
  add(made, held, peer::thrust, "thrust::count_if",
      [](auto const& in, float limit) { return thrust_tbb::count_above(in.data(), in.size(), limit); });
#endif
#if TANDEM_BENCH_RAYON
  add(made, held, peer::rayon, "filter and count",
      [](auto const& in, float limit) { return peer_rayon_count_above(in.data(), in.size(), limit); });
#endif
  add_bound(made, held);
  return made;
}

comparison any_of(setting const& given) {
  auto const held = data_of(given.n, none);
  comparison made{.title = "any_of float, none", .n = given.n};
  add(made, held, peer::tandem, "parallel_any_of", [&where = given.where](auto const& in, float limit) {
    return tandem::parallel_any_of(tandem::on_cpu.with(where), in, [limit](auto x) { return x > limit; });
  });
  add(made, held, peer::standard, "std::any_of(par_unseq)", [](auto const& in, float limit) {
    return std::any_of(std::execution::par_unseq, in.begin(), in.end(), [=](float x) { return x > limit; });
  });
#if TANDEM_BENCH_THRUST
  add(made, held, peer::thrust, "thrust::any_of",
      [](auto const& in, float limit) { return thrust_tbb::any_above(in.data(), in.size(), limit); });
#endif
#if TANDEM_BENCH_RAYON
  add(made, held, peer::rayon, "any",
      [](auto const& in, float limit) { return peer_rayon_any_above(in.data(), in.size(), limit); });
#endif
  add_bound(made, held);
  return made;
}

comparison find_of(setting const& given) {
  auto const held = data_of(given.n, none);
  held->in[given.n / 10 * 9] = 2 * none;
  held->expected = given.n / 10 * 9;
  comparison made{.title = "find_if float, at nine tenths", .n = given.n / 10 * 9};
  add(made, held, peer::tandem, "parallel_find_if", [&where = given.where](auto const& in, float limit) {
    return tandem::parallel_find_if(tandem::on_cpu.with(where), in, [limit](auto x) { return x > limit; });
  });
  add(made, held, peer::standard, "std::find_if(par_unseq)", [](auto const& in, float limit) {
    return std::find_if(std::execution::par_unseq, in.begin(), in.end(), [=](float x) { return x > limit; }) -
           in.begin();
  });
#if TANDEM_BENCH_GNU
  add(made, held, peer::gnu, "__gnu_parallel::find_if", [](auto const& in, float limit) {
    return __gnu_parallel::find_if(in.begin(), in.end(), [=](float x) { return x > limit; }) - in.begin();
  });
#endif
#if TANDEM_BENCH_THRUST
  add(made, held, peer::thrust, "thrust::find_if",
      [](auto const& in, float limit) { return thrust_tbb::find_above(in.data(), in.size(), limit); });
#endif
#if TANDEM_BENCH_RAYON
  add(made, held, peer::rayon, "position_first",
      [](auto const& in, float limit) { return peer_rayon_find_above(in.data(), in.size(), limit); });
#endif
  add_bound(made, held);
  return made;
}

} // namespace

void add_searches(std::vector<job>& jobs) {
  jobs.push_back({"count", count_of});
  jobs.push_back({"any_of", any_of});
  jobs.push_back({"find_if", find_of});
}

} // namespace tandem_bench
