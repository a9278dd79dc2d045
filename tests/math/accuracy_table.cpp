// Prints the table of docs/numerics.md: every float for functions of one argument, samples for the others.
// Takes some minutes; `math_accuracy_table N` looks at every N-th float only.
#include "accuracy.hpp"

#include <tandem/tandem.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

using namespace tandem_test;

namespace {

constexpr std::size_t block = 4096;

// Whether the result is certainly of the right kind and no worse than `worst` units: so nearly every float is
// judged by three operations, and only the others are looked at closely.
bool plain(float result, double exact, double worst) {
  double const size = std::fabs(exact);
  if (!(size >= 0x1p-126 && size < 0x1p127))
    return false;
  auto const power = tandem::bit_cast<double>(tandem::bit_cast<std::uint64_t>(size) & 0x7ff0000000000000u);
  return std::fabs(static_cast<double>(result) - exact) <= worst * 0x1p-23 * power;
}

// Every step-th float of the block that begins with bit pattern `first`.
template <class F, class Reference>
void judge(accuracy<float>& found, std::uint64_t first, std::uint64_t step, F f, Reference reference) {
  std::vector<float> x, y;
  for (std::uint64_t i = first; i < first + block * step && i < (std::uint64_t{1} << 32); i += step)
    x.push_back(tandem::bit_cast<float>(static_cast<std::uint32_t>(i)));
  y.resize(x.size());
  tandem::parallel_map(tandem::on_cpu, x, y, f);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double const exact = reference(static_cast<double>(x[i]));
    if (!plain(y[i], exact, found.worst))
      found.add(y[i], exact, x[i]);
  }
}

template <class F, class Reference>
accuracy<float> sweep(F f, Reference reference, std::uint64_t step) {
  unsigned const workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<accuracy<float>> found(workers);
  std::vector<std::jthread> threads;
  for (unsigned worker = 0; worker < workers; ++worker)
    threads.emplace_back([=, &found] {
      std::uint64_t const stride = block * step;
      for (std::uint64_t first = worker * stride; first < (std::uint64_t{1} << 32); first += workers * stride)
        judge(found[worker], first, step, f, reference);
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
