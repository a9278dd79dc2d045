// The vector functions of every instruction set give the scalar function's bits, in loops of every length.
#include "vocabulary.hpp"

#include <tandem/cpu/clones.hpp>

#include <catch2/catch.hpp>

using namespace tandem_test;
using tandem::cpu::isa;

namespace {

/// One element at a time: a call that is not inlined cannot be vectorised.
template <class T, class F, class... X>
[[gnu::noinline]] T alone(F const& f, X... x) {
  return f(x...);
}

template <class T, class F>
std::vector<T> in_loop(isa level, F f, std::vector<T> const& x, std::vector<T> const& y) {
  std::vector<T> out(x.size());
  tandem::cpu::vectorised(level, [f, to = out.data(), a = x.data(), b = y.data(), n = x.size()] {
    TANDEM_INDEPENDENT_ITERATIONS
    for (std::size_t i = 0; i < n; ++i)
      to[i] = f(a[i], b[i]);
  });
  return out;
}

template <class T, class F>
void check(char const* name, F f, std::vector<T> const& x, std::vector<T> const& y) {
  for (isa level : {isa::baseline, isa::v2, isa::v3, isa::v4}) {
    if (level > tandem::cpu::active_isa())
      continue;
    auto const found = in_loop<T>(level, f, x, y);
    std::size_t wrong = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!same_bits<T>(alone<T>(f, x[i], y[i]), found[i]) && wrong++ == 0)
        first = i;
    INFO(name << " at level " << tandem::cpu::name_of(level) << ", x = " << x[first] << ", y = " << y[first]);
    CHECK(wrong == 0);
  }
}

} // namespace

TEMPLATE_TEST_CASE("every instruction set gives the same bits", "", float, double) {
  auto const x = arguments<TestType>(50'000, 31);
  auto const y = arguments<TestType>(50'000, 32);
  each_unary([&](char const* name, auto f) {
    check<TestType>(
        name, [f](TestType a, TestType) { return static_cast<TestType>(f(a)); }, x, y);
  });
  each_binary([&](char const* name, auto f) {
    check<TestType>(
        name, [f](TestType a, TestType b) { return static_cast<TestType>(f(a, b)); }, x, y);
  });
}

TEST_CASE("every length of loop gives the same bits") {
  for (std::size_t n = 0; n < 70; ++n) {
    auto x = arguments<float>(200, 33);
    x.resize(n);
    check<float>(
        "sin · exp", [](float a, float) { return tandem::sin(a) * tandem::exp(a); }, x, x);
  }
}
