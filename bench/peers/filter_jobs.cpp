// Keeping the elements below a limit.
#include "bandwidth.hpp"
#include "comparison.hpp"
#include "elements.hpp"
#include "rayon.hpp"
#include "thrust.hpp"

#include <tandem/filter.hpp>

#include <algorithm>
#include <execution>
#include <memory>

namespace tandem_bench {
namespace {

struct filtering {
  std::vector<float> in;
  std::vector<float> out;
  float limit;
  std::size_t expected;
  std::size_t kept = 0;

  std::string check(bool with_elements) const {
    if (kept != expected) {
      return std::to_string(kept) + " kept instead of " + std::to_string(expected);
    }
    std::size_t k = 0;
    for (float const x : in) {
      if (with_elements && x < limit && out[k++] != x) {
        return "element " + std::to_string(k - 1) + " of the output is wrong";
      }
    }
    return "";
  }
};

comparison filter_of(setting const& given, std::string title, double share, std::vector<goal> goals) {
  auto const held = std::make_shared<filtering>();
  held->in = random_numbers<float>(given.n);
  held->out.resize(given.n);
  std::vector<float> sorted(held->in.begin(),
                            held->in.begin() + std::min<std::ptrdiff_t>(100'000, std::ssize(held->in)));
  auto const at = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size()));
  std::nth_element(sorted.begin(), at, sorted.end());
  held->limit = *at;
  held->expected = static_cast<std::size_t>(
      std::count_if(held->in.begin(), held->in.end(), [limit = held->limit](float x) { return x < limit; }));
  comparison made{.title = std::move(title), .n = given.n, .goals = std::move(goals)};
  auto const add = [&](peer who, char const* name, auto filter, bool with_elements = true) {
    made.ways.push_back({who,
                         {name,
                          [held, filter] {
                            held->kept =
                                filter(held->in.data(), held->in.size(), held->out.data(), held->limit);
                          }},
                         [held, with_elements] { return held->check(with_elements); }});
  };
  made.ways.push_back({peer::tandem,
                       {"parallel_filter",
                        [held, &where = given.where] {
                          held->kept =
                              tandem::parallel_filter(tandem::on_cpu.with(where), held->in, held->out,
                                                      [limit = held->limit](auto x) { return x < limit; });
                        }},
                       [held] { return held->check(true); }});
  add(peer::standard, "std::copy_if(par_unseq)", [](float const* in, std::size_t n, float* out, float limit) {
    auto const end =
        std::copy_if(std::execution::par_unseq, in, in + n, out, [=](float x) { return x < limit; });
    return static_cast<std::size_t>(end - out);
  });
#if TANDEM_BENCH_THRUST
  add(peer::thrust, "thrust::copy_if", [](float const* in, std::size_t n, float* out, float limit) {
    return thrust_tbb::filter_below(in, n, limit, out);
  });
#endif
#if TANDEM_BENCH_RAYON
  add(
      peer::rayon, "filter and collect to a Vec",
      [](float const* in, std::size_t n, float* out, float limit) {
        return peer_rayon_filter_below(in, n, limit, out);
      },
      false);
#endif
  add(peer::one_thread, "std::copy_if", [](float const* in, std::size_t n, float* out, float limit) {
    return static_cast<std::size_t>(std::copy_if(in, in + n, out, [=](float x) { return x < limit; }) - out);
  });
  add_copying_bound(made, held, held->expected);
  return made;
}

} // namespace

void add_filters(std::vector<job>& jobs) {
  jobs.push_back({"filter_half", [](setting const& given) {
                    return filter_of(given, "filter float, half kept", 0.5,
                                     {{goal::kind::times_as_fast, 12, peer::standard}});
                  }});
  jobs.push_back({"filter_few",
                  [](setting const& given) { return filter_of(given, "filter float, 5 % kept", 0.05, {}); }});
}

} // namespace tandem_bench
