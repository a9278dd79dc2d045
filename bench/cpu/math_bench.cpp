// The math functions in parallel_map on the CPU beside std::transform(par_unseq) with the standard library's
// functions: the same numbers, threads and run. Prints a Markdown table; `math_bench [n]`, a million floats
// by default.
#include "measure.hpp"

#include <tandem/map.hpp>
#include <tandem/math.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <execution>
#include <vector>

namespace {

template <class T>
std::vector<T> inputs(std::size_t n) {
  std::vector<T> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = static_cast<T>(0.01) + static_cast<T>(i) / static_cast<T>(n) * static_cast<T>(10);
  return x;
}

template <class T, class Ours, class Peer>
void row(char const* name, std::size_t n, Ours ours, Peer peer) {
  auto const x = inputs<T>(n);
  std::vector<T> out(n);
  tandem_bench::contender const contenders[] = {
      {"tandem", [&] { tandem::parallel_map(tandem::on_cpu, x, out, ours); }},
      {"std", [&] { std::transform(std::execution::par_unseq, x.begin(), x.end(), out.begin(), peer); }}};
  auto const times = tandem_bench::measure(contenders, {.budget_ns = 300e6, .sample_ns = 1e6});
  double const count = static_cast<double>(n);
  std::printf("| %s | %.3f | %.3f | %.1f |\n", name, times[0].median_ns / count, times[1].median_ns / count,
              times[1].median_ns / times[0].median_ns);
  std::fflush(stdout);
}

template <class T>
void table(char const* type, std::size_t n) {
  std::printf("\n%zu × %s\n\n| function | tandem, ns each | std par_unseq, ns each | times as fast |\n| --- "
              "| --- | --- | --- |\n",
              n, type);
  row<T>(
      "sin(x)·exp(x)", n, [](auto x) { return tandem::sin(x) * tandem::exp(x); },
      [](T x) { return std::sin(x) * std::exp(x); });
#define TANDEM_BENCH_ROW(name)                                                                               \
  row<T>(                                                                                                    \
      #name, n, [](auto x) { return tandem::name(x); }, [](T x) { return std::name(x); });
  TANDEM_BENCH_ROW(exp)
  TANDEM_BENCH_ROW(exp2)
  TANDEM_BENCH_ROW(expm1)
  TANDEM_BENCH_ROW(log)
  TANDEM_BENCH_ROW(log2)
  TANDEM_BENCH_ROW(log1p)
  TANDEM_BENCH_ROW(sin)
  TANDEM_BENCH_ROW(cos)
  TANDEM_BENCH_ROW(tan)
  TANDEM_BENCH_ROW(atan)
  TANDEM_BENCH_ROW(sinh)
  TANDEM_BENCH_ROW(tanh)
  TANDEM_BENCH_ROW(cbrt)
#undef TANDEM_BENCH_ROW
  row<T>(
      "pow(x, 1.7)", n, [](auto x) { return tandem::pow(x, T(1.7)); },
      [](T x) { return std::pow(x, T(1.7)); });
}

} // namespace

int main(int count, char** values) {
  std::size_t const n = count > 1 ? std::strtoull(values[1], nullptr, 10) : 1'000'000;
  table<float>("float", n);
  table<double>("double", n);
}
