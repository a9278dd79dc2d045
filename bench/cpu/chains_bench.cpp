// Chains of views beside one loop written by hand on TBB, in one run: median time an element, and the ratio.
// --size and --rounds change the defaults (10^7 floats, 15 rounds); --threads the number of threads (default:
// all).
#include <tandem/runtime.hpp>
#include <tandem/views.hpp>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

using range = tbb::blocked_range<std::size_t>;

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

/// Rounds take turns, so that a disturbance of the machine meets both alike.
void compare(char const* title, std::size_t n, int rounds, std::function<void()> const& chain,
             std::function<void()> const& loop) {
  std::vector<double> ours, theirs;
  for (int round = 0; round < rounds + 2; ++round) {
    auto const chain_s = seconds_of(chain), loop_s = seconds_of(loop);
    if (round >= 2) // the first two warm up
      ours.push_back(chain_s), theirs.push_back(loop_s);
  }
  auto const scale = 1e9 / static_cast<double>(n);
  std::printf("%-52s chain %7.3f   loop on TBB %7.3f   chain / loop %5.2f\n", title, median(ours) * scale,
              median(theirs) * scale, median(ours) / median(theirs));
}

template <class T, class Body>
T sum_on_tbb(std::size_t n, Body const& body) {
  return tbb::parallel_reduce(
      range(0, n), T{},
      [&](range const& part, T total) {
        for (auto i = part.begin(); i != part.end(); ++i)
          body(i, total);
        return total;
      },
      [](T a, T b) { return a + b; });
}

} // namespace

int main(int argc, char** argv) {
  std::size_t n = 10'000'000;
  int rounds = 15, threads = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string const name = argv[i];
    auto const value = std::strtoull(argv[i + 1], nullptr, 10);
    (name == "--size"     ? void(n = value)
     : name == "--rounds" ? void(rounds = static_cast<int>(value))
                          : void(threads = static_cast<int>(value)));
  }
  using namespace tandem;
  runtime_options options;
  options.threads = static_cast<unsigned>(threads);
  runtime own(options);
  auto const where = on_cpu.with(own);
  tbb::task_arena arena(static_cast<int>(own.threads()));
  std::vector<float> x(n), y(n), out(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = static_cast<float>((i * 7919) % 1000) - 500, y[i] = static_cast<float>((i * 104729) % 997);
  std::printf("%zu floats, %u threads, nanoseconds an element\n", n, own.threads());
  auto const with_tbb = [&](auto body) { return [&arena, body] { arena.execute(body); }; };

  compare(
      "map | filter | reduce", n, rounds,
      [&] {
        sink = par(where, x) | map([](auto v) { return v * 2 + 1; }) | filter([](auto v) { return v > 0; }) |
               reduce(0.0f, plus{});
      },
      with_tbb([&] {
        sink = sum_on_tbb<float>(n, [&](std::size_t i, float& total) {
          auto const v = x[i] * 2 + 1;
          if (v > 0)
            total += v;
        });
      }));
  compare(
      "filter | map | sum", n, rounds,
      [&] {
        sink =
            par(where, x) | filter([](auto v) { return v > 0; }) | map([](auto v) { return v * v; }) | sum();
      },
      with_tbb([&] {
        sink = sum_on_tbb<float>(n, [&](std::size_t i, float& total) {
          if (x[i] > 0)
            total += x[i] * x[i];
        });
      }));
  compare(
      "zip | map | sum (dot product)", n, rounds,
      [&] { sink = par(where, x) | zip(y) | map([](auto a, auto b) { return a * b; }) | sum(); },
      with_tbb(
          [&] { sink = sum_on_tbb<float>(n, [&](std::size_t i, float& total) { total += x[i] * y[i]; }); }));
  compare(
      "map | map | collect_into", n, rounds,
      [&] {
        sink = static_cast<double>(par(where, x) | map([](auto v) { return v * 2; }) |
                                   map([](auto v) { return v + 1; }) | collect_into(out));
      },
      with_tbb([&] {
        tbb::parallel_for(range(0, n), [&](range const& part) {
          for (auto i = part.begin(); i != part.end(); ++i)
            out[i] = x[i] * 2 + 1;
        });
      }));
  compare(
      "zip | filter | count", n, rounds,
      [&] {
        sink = static_cast<double>(par(where, x) | zip(y) | filter([](auto a, auto b) { return a < b; }) |
                                   count());
      },
      with_tbb([&] {
        sink = static_cast<double>(
            sum_on_tbb<std::size_t>(n, [&](std::size_t i, std::size_t& total) { total += x[i] < y[i]; }));
      }));
  compare(
      "enumerate | map | sum", n, rounds,
      [&] {
        sink = par(where, x) | enumerate() | map([](auto i, auto v) { return v * static_cast<float>(i); }) |
               sum();
      },
      with_tbb([&] {
        sink = sum_on_tbb<float>(n, [&](std::size_t i, float& total) {
          total += x[i] * static_cast<float>(static_cast<std::uint32_t>(i));
        });
      }));
  compare(
      "par(n) | map | sum", n, rounds,
      [&] {
        sink = static_cast<double>(par(where, static_cast<std::uint32_t>(n)) |
                                   map([](auto i) { return i * i; }) | sum());
      },
      with_tbb([&] {
        sink = static_cast<double>(sum_on_tbb<std::uint32_t>(n, [&](std::size_t i, std::uint32_t& total) {
          auto const v = static_cast<std::uint32_t>(i);
          total += v * v;
        }));
      }));
  compare(
      "map | max", n, rounds, [&] { sink = *(par(where, x) | map([](auto v) { return v * 3; }) | max()); },
      with_tbb([&] {
        sink = tbb::parallel_reduce(
            range(0, n), -1e30f,
            [&](range const& part, float most) {
              for (auto i = part.begin(); i != part.end(); ++i)
                most = std::max(most, x[i] * 3);
              return most;
            },
            [](float a, float b) { return std::max(a, b); });
      }));
  compare(
      "windows(3) | map | sum", n, rounds,
      [&] { sink = par(where, x) | windows(3) | map([](auto w) { return w[0] + w[1] + w[2]; }) | sum(); },
      with_tbb([&] {
        sink = sum_on_tbb<float>(n - 2,
                                 [&](std::size_t i, float& total) { total += x[i] + x[i + 1] + x[i + 2]; });
      }));
  compare(
      "any_of, the last element", n, rounds,
      [&] {
        sink = par(where, x) | map([](auto v) { return v + 1; }) | any_of([](auto v) { return v > 1e9f; });
      },
      with_tbb([&] {
        sink = tbb::parallel_reduce(
            range(0, n), false,
            [&](range const& part, bool found) {
              for (auto i = part.begin(); i != part.end() && !found; ++i)
                found = x[i] + 1 > 1e9f;
              return found;
            },
            [](bool a, bool b) { return a || b; });
      }));
}
