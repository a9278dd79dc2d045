// How does it scale, and where did the time go? The same work on pools of 1, 2, 4 … threads: its time, how many
// times as fast as on one thread that is, and what part of the threads' (or cores') time it made use of. And
// what the runtime counts by itself: calls, elements and time of every call site.
#include <tandem/tandem.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int rounds = 8;

/// Sines of a million numbers, and their largest.
float work(tandem::runtime& on, std::vector<float> const& x, std::vector<float>& y) {
  auto const where = tandem::on_cpu.with(on);
  tandem::parallel_map(where, x, y, [](auto v) { return tandem::sin(v) * tandem::exp(-v); });
  return tandem::parallel_reduce(where, y, 0.0f, tandem::maximum{});
}

} // namespace

int main() {
  std::vector<float> x(1'000'000), y(x.size());
  tandem::parallel_generate(x, [](auto i) { return tandem::cast<float>(i) * 1e-5f; });
  unsigned const cores = std::max(1u, std::thread::hardware_concurrency());
  std::printf("%u cores\nthreads       ms   times  efficiency\n", cores);
  bool right = true;
  float first = 0;
  double one_thread = 0;
  for (unsigned threads = 1; threads <= 2 * cores && threads <= 64; threads *= 2) {
    tandem::runtime pool{{.threads = threads}};
    float largest = work(pool, x, y); // the first call starts the threads
    auto const start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
      largest = work(pool, x, y);
    auto const took = std::chrono::steady_clock::now() - start;
    double const ms = std::chrono::duration<double, std::milli>(took).count() / rounds;
    if (threads == 1) {
      one_thread = ms;
      first = largest;
    }
    right = right && largest == first; // not nearly: the same bits on any number of threads
    std::printf("%7u %8.2f %7.2f %10.0f%%\n", threads, ms, one_thread / ms,
                100 * one_thread / ms / std::min(threads, cores));
    std::uint64_t calls = 0, elements = 0;
    for (auto const& site : pool.counters()) { // one for each call site and processor
      calls += site.calls;
      elements += site.elements;
      if (threads == 1)
        std::printf("        of which %s: %.2f ms a call\n", site.call.c_str(),
                    static_cast<double>(site.nanoseconds) / 1e6 / static_cast<double>(site.calls));
    }
    right = right && calls == 2 * (rounds + 1) && elements == calls * x.size();
  }
  std::printf("the same result on every pool, %d calls counted on each: %s\n", 2 * (rounds + 1),
              right ? "right" : "WRONG");
  return right ? 0 : 1;
}
