// Prints the table of docs/numerics.md: every float for functions of one argument, samples for the others.
// Takes some minutes; `math_accuracy_table N` looks at every N-th float only.
#include "accuracy.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

using namespace tandem_test;

namespace {

template <class F, class Reference>
accuracy<float> sweep(F f, Reference reference, std::uint64_t step) {
  unsigned const workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<accuracy<float>> found(workers);
  std::vector<std::jthread> threads;
  for (unsigned worker = 0; worker < workers; ++worker)
    threads.emplace_back([=, &found] {
      accuracy<float> mine;
      for (std::uint64_t i = worker * step; i < (std::uint64_t{1} << 32); i += workers * step) {
        auto const x = tandem::bit_cast<float>(static_cast<std::uint32_t>(i));
        mine.add(f(x), reference(static_cast<double>(x)), x);
      }
      found[worker] = mine;
    });
  threads.clear();
  accuracy<float> all;
  for (auto const& part : found)
    all.join(part);
  return all;
}

template <class F, class Reference>
accuracy<double> sample(F f, Reference reference) {
  accuracy<double> found;
  for (double x : arguments<double>(4'000'000, 21))
    found.add(f(x), reference(static_cast<long double>(x)), x);
  return found;
}

template <class T, class F, class Reference>
accuracy<T> sample_pairs(F f, Reference reference) {
  accuracy<T> found;
  each_pair<T>(1'000'000, 23,
               [&](T x, T y) { found.add(f(x, y), reference(wider_t<T>(x), wider_t<T>(y)), x, y); });
  return found;
}

void print(char const* name, accuracy<float> const& single, accuracy<double> const& twice) {
  std::printf("| %s | %.3f | %a | %.3f | %a |\n", name, single.worst, static_cast<double>(single.x),
              twice.worst, twice.x);
  if (single.wrong + twice.wrong > 0)
    std::printf("%zu and %zu results of the wrong kind, as at %a and %a\n", single.wrong, twice.wrong,
                static_cast<double>(single.wrong_x), twice.wrong_x);
  std::fflush(stdout);
}

} // namespace

int main(int count, char** values) {
  std::uint64_t const step = count > 1 ? std::strtoull(values[1], nullptr, 10) : 1;
  auto const wanted = [&](char const* name) {
    bool named = count <= 2;
    for (int i = 2; i < count; ++i)
      named |= std::strcmp(values[i], name) == 0;
    return named;
  };
  std::printf("| function | float, ulp | at | double, ulp | at |\n| --- | --- | --- | --- | --- |\n");
  each_unary_with_reference([&](char const* name, auto f, auto reference) {
    if (wanted(name))
      print(name, sweep(f, reference, step), sample(f, reference));
  });
  each_binary_with_reference([&](char const* name, auto f, auto reference) {
    if (wanted(name))
      print(name, sample_pairs<float>(f, reference), sample_pairs<double>(f, reference));
  });
}
