// The math functions in parallel_map on the CPU beside std::transform with the standard library's functions:
// the same numbers, threads and run. Prints Markdown tables.
//
//     math_bench [n]     n numbers (a million by default), par_unseq on the other side, medians
//     math_bench one     8,192 numbers, one thread on both sides, the best of many runs: hardly disturbed by
//     other programs

#include "measure.hpp"

#include <tandem/map.hpp>
#include <tandem/math.hpp>
#include <tandem/runtime.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

template <class Run>
double best_ns(Run run) {
  double best = 1e18;
  for (int i = 0; i < 400; ++i) {
    auto const start = std::chrono::steady_clock::now();
    run();
    best = std::min(
        best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

template <class T, class Ours, class Peer>
void row(char const* name, std::size_t n, bool one_thread, Ours ours, Peer peer) {
  auto const x = inputs<T>(n);
  std::vector<T> out(n);
  double tandem_ns = 0;
  double std_ns = 0;
  if (one_thread) {
    static tandem::runtime alone(tandem::runtime_options{.threads = 1});
    auto const policy = tandem::on_cpu.with(alone);
    tandem_ns = best_ns([&] { tandem::parallel_map(policy, x, out, ours); });
    std_ns = best_ns([&] { std::transform(x.begin(), x.end(), out.begin(), peer); });
  } else {
    tandem_bench::contender const contenders[] = {
        {"tandem", [&] { tandem::parallel_map(tandem::on_cpu, x, out, ours); }},
        {"std", [&] { std::transform(std::execution::par_unseq, x.begin(), x.end(), out.begin(), peer); }}};
    auto const times = tandem_bench::measure(contenders, {.budget_ns = 300e6, .sample_ns = 1e6});
    tandem_ns = times[0].median_ns;
    std_ns = times[1].median_ns;
  }
  double const count = static_cast<double>(n);
  std::printf("| %s | %.3f | %.3f | %.1f |\n", name, tandem_ns / count, std_ns / count, std_ns / tandem_ns);
  std::fflush(stdout);
}

template <class T>
void table(char const* type, std::size_t n, bool one_thread) {
  std::printf("\n%zu × %s\n\n| function | tandem, ns each | std, ns each | times as fast |\n| --- "
              "| --- | --- | --- |\n",
              n, type);
  row<T>(
      "sin(x)·exp(x)", n, one_thread, [](auto x) { return tandem::sin(x) * tandem::exp(x); },
      [](T x) { return std::sin(x) * std::exp(x); });
#define TANDEM_BENCH_ROW(name)                                                                               \
  row<T>(                                                                                                    \
      #name, n, one_thread, [](auto x) { return tandem::name(x); }, [](T x) { return std::name(x); });
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
      "pow(x, 1.7)", n, one_thread, [](auto x) { return tandem::pow(x, T(1.7)); },
      [](T x) { return std::pow(x, T(1.7)); });
}

} // namespace

int main(int count, char** values) {
  bool const one_thread = count > 1 && std::strcmp(values[1], "one") == 0;
  std::size_t const n = one_thread ? 8192 : count > 1 ? std::strtoull(values[1], nullptr, 10) : 1'000'000;
  table<float>("float", n, one_thread);
  table<double>("double", n, one_thread);
}
