// An expensive map, one element at a time and on all threads; then on pools of chosen size, side by side and with names that a debugger
// shows. How long a number takes (its Collatz sequence) depends on the number, so the parts are uneven: the pool evens them out.
#include <tandem/functional.hpp>
#include <tandem/generate.hpp>
#include <tandem/reduce.hpp>
#include <tandem/runtime.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t numbers = 1'000'000;

/// Steps from n down to 1; n halves when even, else becomes 3n + 1.
std::uint32_t steps_from(std::uint64_t n) {
  std::uint32_t steps = 0;
  for (; n > 1; ++steps)
    n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

template <class Work>
double milliseconds(Work work) {
  auto const start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main() {
  auto const from_index = [](std::uint32_t i) { return steps_from(i + 1ULL); };
  std::vector<std::uint32_t> one_by_one(numbers), all_threads(numbers);
  double const serial = milliseconds([&] {
    for (std::size_t i = 0; i < numbers; ++i)
      one_by_one[i] = from_index(static_cast<std::uint32_t>(i));
  });
  double const parallel =
      milliseconds([&] { tandem::parallel_generate(tandem::on_cpu, all_threads, from_index); });
  std::printf("one by one   %7.1f ms\n", serial);
  std::printf("all threads  %7.1f ms on %u threads, %.1f times as fast\n", parallel,
              tandem::default_runtime().threads(), serial / parallel);

  // Two pools side by side, used by two threads at once; neither takes the other's.
  tandem::runtime small{{.threads = 1, .thread_name = "small"}};
  tandem::runtime large{{.threads = 3, .thread_name = "large"}};
  std::vector<std::uint32_t> in_small(numbers), in_large(numbers);
  {
    std::jthread other([&] { tandem::parallel_generate(tandem::on_cpu.with(small), in_small, from_index); });
    tandem::parallel_generate(tandem::on_cpu.with(large), in_large, from_index);
  }
  std::printf("two pools of %u and %u threads worked side by side\n", small.threads(), large.threads());

  auto const longest = tandem::parallel_reduce(all_threads, 0U, tandem::maximum{});
  bool const right =
      longest == 524 && one_by_one == all_threads && one_by_one == in_small && one_by_one == in_large;
  std::printf("the longest sequence under a million has %u steps: %s\n", longest, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
