// The CPU algorithms beside the standard's parallel ones and TBB's, in one run: median time an element, and
// how many times faster tandem is than the best peer. Names of algorithms as arguments choose; --size and
// --rounds change the defaults.
#include <tandem/cpu/extrema.hpp>
#include <tandem/cpu/filter.hpp>
#include <tandem/cpu/find.hpp>
#include <tandem/cpu/histogram.hpp>
#include <tandem/cpu/map.hpp>
#include <tandem/cpu/reduce.hpp>
#include <tandem/cpu/scan.hpp>

#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/parallel_scan.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <execution>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

template <>
inline constexpr bool tandem::cpu::is_addition<std::plus<>> = true;

namespace {

namespace cpu = tandem::cpu;
using range = tbb::blocked_range<std::size_t>;

struct contender {
  char const* name;
  std::function<void()> run;
};

double volatile sink; // what a benchmark computes is used

double seconds_of(std::function<void()> const& run) {
  auto const start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

/// Rounds go through all contenders in turn, so that a disturbance of the machine meets them alike. The first
/// is tandem.
void compare(char const* title, std::size_t n, int rounds, std::vector<contender> const& all) {
  std::vector<std::vector<double>> times(all.size());
  for (int round = 0; round <= rounds; ++round)
    for (std::size_t i = 0; i < all.size(); ++i)
      if (auto const time = seconds_of(all[i].run); round > 0) // the first warms up
        times[i].push_back(time);
  std::printf("%-28s", title);
  double best = 1e30;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const ns = median(times[i]) * 1e9 / static_cast<double>(n);
    if (i > 0)
      best = std::min(best, ns);
    std::printf("  %s %.3f ns", all[i].name, ns);
  }
  std::printf("  -> %.2fx the best peer\n", best / (median(times[0]) * 1e9 / static_cast<double>(n)));
}

struct setup {
  std::size_t n;
  int rounds;
  std::vector<float> in, out;
  cpu::pool workers{};

  cpu::execution how() { return {&workers}; }
};

void bench_map(setup& s) {
  auto const f = [](float x) { return 2.0f * x + 1.0f; };
  compare("map 2x+1 float", s.n, s.rounds,
          {{"tandem", [&] { cpu::map(s.how(), s.n, s.out.data(), f, s.in.data()); }},
           {"std par_unseq",
            [&] { std::transform(std::execution::par_unseq, s.in.begin(), s.in.end(), s.out.begin(), f); }},
           {"TBB", [&] {
              tbb::parallel_for(range(0, s.n), [&](range const& r) {
                for (auto i = r.begin(); i != r.end(); ++i)
                  s.out[i] = f(s.in[i]);
              });
            }}});
}

void bench_sum(setup& s) {
  auto const block = [&](range const& r, float sum) {
    return std::accumulate(&s.in[r.begin()], &s.in[r.begin()] + r.size(), sum);
  };
  compare(
      "sum float (fixed shape)", s.n, s.rounds,
      {{"tandem", [&] { sink = cpu::reduce<true>(s.how(), s.n, 0.0f, std::plus<>{}, s.in.data()); }},
       {"std par_unseq", [&] { sink = std::reduce(std::execution::par_unseq, s.in.begin(), s.in.end()); }},
       {"TBB", [&] { sink = tbb::parallel_reduce(range(0, s.n), 0.0f, block, std::plus<>{}); }}});
}

void bench_scan(setup& s) {
  auto const body = [&](range const& r, float sum, bool final) {
    for (auto i = r.begin(); i != r.end(); ++i) {
      sum += s.in[i];
      if (final)
        s.out[i] = sum;
    }
    return sum;
  };
  compare("scan float (fixed shape)", s.n, s.rounds,
          {{"tandem", [&] { cpu::inclusive_scan(s.how(), s.n, s.in.data(), s.out.data(), std::plus<>{}); }},
           {"std par_unseq",
            [&] { std::inclusive_scan(std::execution::par_unseq, s.in.begin(), s.in.end(), s.out.begin()); }},
           {"TBB", [&] { sink = tbb::parallel_scan(range(0, s.n), 0.0f, body, std::plus<>{}); }}});
}

void bench_integer_scan(setup& s) {
  std::vector<std::int32_t> in(s.n, 3), out(s.n);
  compare("scan int32", s.n, s.rounds,
          {{"tandem", [&] { cpu::inclusive_scan(s.how(), s.n, in.data(), out.data(), std::plus<>{}); }},
           {"std par_unseq",
            [&] { std::inclusive_scan(std::execution::par_unseq, in.begin(), in.end(), out.begin()); }},
           {"std::inclusive_scan", [&] { std::inclusive_scan(in.begin(), in.end(), out.begin()); }}});
  compare(
      "scan float, relaxed", s.n, s.rounds,
      {{"tandem", [&] { cpu::inclusive_scan<true>(s.how(), s.n, s.in.data(), s.out.data(), std::plus<>{}); }},
       {"std par_unseq",
        [&] { std::inclusive_scan(std::execution::par_unseq, s.in.begin(), s.in.end(), s.out.begin()); }}});
}

void bench_filter(setup& s) {
  for (float bar : {0.0f, 0.9f}) {
    auto const pred = [bar](float x) { return x > bar; };
    compare(
        bar == 0.0f ? "filter, half kept" : "filter, 5 % kept", s.n, s.rounds,
        {{"tandem",
          [&] { sink = static_cast<double>(cpu::filter(s.how(), s.n, s.in.data(), s.out.data(), pred)); }},
         {"std par_unseq",
          [&] {
            sink =
                *(std::copy_if(std::execution::par_unseq, s.in.begin(), s.in.end(), s.out.begin(), pred) - 1);
          }},
         {"std::copy_if",
          [&] { sink = *(std::copy_if(s.in.begin(), s.in.end(), s.out.begin(), pred) - 1); }}});
  }
}

void bench_find(setup& s) {
  auto const pred = [](float x) { return x > 2.0f; }; // none
  compare("count float", s.n, s.rounds,
          {{"tandem", [&] { sink = static_cast<double>(cpu::count(s.how(), s.n, s.in.data(), pred)); }},
           {"std par_unseq", [&] {
              sink = static_cast<double>(
                  std::count_if(std::execution::par_unseq, s.in.begin(), s.in.end(), pred));
            }}});
  compare("find_if float, not there", s.n, s.rounds,
          {{"tandem", [&] { sink = static_cast<double>(cpu::find_if(s.how(), s.n, s.in.data(), pred)); }},
           {"std par_unseq", [&] {
              sink = static_cast<double>(
                  std::find_if(std::execution::par_unseq, s.in.begin(), s.in.end(), pred) - s.in.begin());
            }}});
}

void bench_extrema(setup& s) {
  auto const block = [&](range const& r, float best) {
    for (auto i = r.begin(); i != r.end(); ++i)
      best = best < s.in[i] ? s.in[i] : best;
    return best;
  };
  auto const larger = [](float a, float b) { return a < b ? b : a; };
  compare("max_element float", s.n, s.rounds,
          {{"tandem", [&] { sink = static_cast<double>(cpu::max_element(s.how(), s.n, s.in.data())); }},
           {"std par_unseq",
            [&] { sink = *std::max_element(std::execution::par_unseq, s.in.begin(), s.in.end()); }},
           {"TBB (value only)", [&] { sink = tbb::parallel_reduce(range(0, s.n), -1e30f, block, larger); }}});
}

void bench_histogram(setup& s) {
  for (bool skewed : {false, true}) {
    std::vector<std::uint8_t> bytes(s.n);
    std::mt19937 random(3);
    for (auto& b : bytes)
      b = skewed ? std::uint8_t{7} : static_cast<std::uint8_t>(random());
    std::vector<std::uint32_t> bins(256);
    using table = std::vector<std::uint32_t>;
    auto const block = [&](range const& r, table counts) {
      for (auto i = r.begin(); i != r.end(); ++i)
        ++counts[bytes[i]];
      return counts;
    };
    auto const join = [](table a, table const& b) {
      for (std::size_t i = 0; i < a.size(); ++i)
        a[i] += b[i];
      return a;
    };
    compare(
        skewed ? "histogram 256, all equal" : "histogram 256, uniform", s.n, s.rounds,
        {{"tandem",
          [&] {
            sink = static_cast<double>(cpu::histogram(s.how(), s.n, bytes.data(), 256, bins.data(),
                                                      [](std::uint8_t x) { return x; }));
          }},
         {"TBB", [&] { sink = tbb::parallel_reduce(range(0, s.n, 65536), table(256), block, join)[7]; }}});
  }
}

void bench_small(setup& s) {
  constexpr std::size_t small = 1000;
  constexpr int calls = 1000;
  auto const f = [](float x) { return 2.0f * x + 1.0f; };
  auto const many = [](auto const& call) {
    for (int i = 0; i < calls; ++i)
      call();
  };
  compare("map of 1,000 floats", small * calls, s.rounds,
          {{"tandem, serial", [&] { many([&] { cpu::map({}, small, s.out.data(), f, s.in.data()); }); }},
           {"plain loop",
            [&] {
              many([&] {
                auto* const to = s.out.data();
                auto const* const from = s.in.data();
                for (std::size_t i = 0; i < small; ++i)
                  to[i] = f(from[i]);
                __asm__ volatile("" : : "r"(to) : "memory");
              });
            }},
           {"std par_unseq", [&] {
              many([&] {
                std::transform(std::execution::par_unseq, s.in.begin(), s.in.begin() + small, s.out.begin(),
                               f);
              });
            }}});
}

} // namespace

int main(int argc, char** argv) {
  std::size_t n = 10'000'000;
  int rounds = 15;
  std::vector<std::string> chosen;
  for (int i = 1; i < argc; ++i) {
    std::string const argument = argv[i];
    if (argument == "--size" && i + 1 < argc)
      n = std::strtoull(argv[++i], nullptr, 10);
    else if (argument == "--rounds" && i + 1 < argc)
      rounds = std::atoi(argv[++i]);
    else
      chosen.push_back(argument);
  }
  if (n < 1000 || rounds < 1) {
    std::fprintf(
        stderr,
        "algorithms_bench [map sum scan integer_scan filter find extrema histogram small] [--size N ≥ "
        "1000] [--rounds R ≥ 1]\n");
    return 1;
  }
  setup s{n, rounds, std::vector<float>(n), std::vector<float>(n)};
  std::mt19937 random(1);
  std::uniform_real_distribution<float> values(-1.0f, 1.0f);
  for (auto& x : s.in)
    x = values(random);
  std::printf("%zu elements, %zu threads, instruction set %s, median of %d rounds, ns an element\n", n,
              s.workers.threads(), name_of(cpu::active_isa()), rounds);
  struct {
    char const* name;
    void (*run)(setup&);
  } const all[] = {{"map", bench_map},         {"sum", bench_sum},
                   {"scan", bench_scan},       {"integer_scan", bench_integer_scan},
                   {"filter", bench_filter},   {"find", bench_find},
                   {"extrema", bench_extrema}, {"histogram", bench_histogram},
                   {"small", bench_small}};
  for (auto const& [name, run] : all)
    if (chosen.empty() || std::find(chosen.begin(), chosen.end(), name) != chosen.end())
      run(s);
}
