#include <tandem/cpu/clones.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace tandem::cpu;

namespace {

std::vector<isa> levels() {
  std::vector<isa> result;
  for (auto level : {isa::baseline, isa::v2, isa::v3, isa::v4})
    if (level <= active_isa())
      result.push_back(level);
  return result;
}

} // namespace

TEST_CASE("clones: every level runs the body and gives the same bits", "[clones]") {
  std::vector<float> in(1037), expected(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] = static_cast<float>(i) * 0.37f - 100.0f;
    float volatile product = in[i] * in[i]; // rounds twice, whatever the compiler would like
    expected[i] = product + 0.1f;
  }
  for (auto level : levels()) {
    std::vector<float> out(in.size(), -1.0f);
    auto const* const from = in.data();
    auto* const to = out.data();
    auto const count = vectorised(level, [=, n = in.size()] {
      TANDEM_INDEPENDENT_ITERATIONS
      for (std::size_t i = 0; i < n; ++i)
        to[i] = from[i] * from[i] + 0.1f;
      return n;
    });
    CHECK(count == in.size());
    CHECK(out == expected);
  }
}

TEST_CASE("clones: exceptions leave a clone", "[clones]") {
  for (auto level : levels())
    CHECK_THROWS_AS(vectorised(level, [] { throw std::runtime_error("x"); }), std::runtime_error);
}

TEST_CASE("clones: held functions are copied when trivial, borrowed otherwise", "[clones]") {
  int offset = 3;
  auto trivial = [offset](int x) { return x + offset; };
  auto owner = [p = std::make_unique<int>(4)](int x) { return x + *p; }; // move-only
  auto counter = [calls = 0]() mutable { return ++calls; };
  CHECK(hold(trivial)(1) == 4);
  CHECK(hold(owner)(1) == 5);
  auto const held_counter = hold(counter);
  CHECK(held_counter() == 1);
  CHECK(held_counter() == 2);
  CHECK(counter() == 1);
}

TEST_CASE("isa: names", "[clones]") {
  CHECK(std::string(name_of(isa::baseline)) == "baseline");
  CHECK(std::string(name_of(isa::v4)) == "v4");
}
