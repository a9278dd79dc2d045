// The cost of a call: a thousand floats, against the plain loop.
#include "peers_suite.hpp"
#include "workload.hpp"

#include <tandem/map.hpp>

namespace tandem_bench {
namespace {

[[gnu::noinline]] void plain_loop(float const* in, float* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = in[i] * 2.0F + 1.0F;
  }
}

struct data {
  std::vector<float> in = some_floats(1000, 1);
  std::vector<float> out = std::vector<float>(1000);
};

} // namespace

comparison small_map(tandem::runtime& where) {
  auto const held = std::make_shared<data>();
  auto const f = [](auto x) { return x * 2.0F + 1.0F; };
  comparison made{"small_map", "2x + 1 over 1,000 floats", held->in.size(), 8.0e3, {}, {}};
  made.ways.push_back({"tandem automatic", [held, f, &where] {
                         tandem::parallel_map(tandem::automatic.with(where), held->in, held->out, f);
                       }});
  made.ways.push_back({"tandem on_cpu", [held, f, &where] {
                         tandem::parallel_map(tandem::on_cpu.with(where), held->in, held->out, f);
                       }});
  made.ways.push_back({"plain loop", [held] {
                         plain_loop(held->in.data(), held->out.data(), held->in.size());
                         keep(held->out);
                       }});
  made.verify = [held, f, &where]() -> std::string {
    std::vector<float> expected(held->in.size());
    plain_loop(held->in.data(), expected.data(), expected.size());
    tandem::parallel_map(tandem::automatic.with(where), held->in, held->out, f);
    return held->out == expected ? "" : "parallel_map differs from the plain loop";
  };
  return made;
}

} // namespace tandem_bench
