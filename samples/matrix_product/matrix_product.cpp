// C = A·B as one lambda over the elements of C: two captured tables and a loop. Every element is the same sum
// in the same order on both sides, so the bits agree; the check against long sums in double shows the
// rounding.

#include "../support/both_sides.hpp"

#include <cmath>
#include <cstdlib>
#include <random>

int main(int argc, char** argv) {
  auto const n = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 256);
  std::vector<float> a(std::size_t{n} * n), b(a.size());
  std::mt19937 random(7);
  for (auto* matrix : {&a, &b})
    for (float& x : *matrix)
      x = std::uniform_real_distribution<float>(-1, 1)(random);

  auto const product = samples::on_both_sides("matrix product", [&](auto where) {
    std::vector<float> c(a.size());
    tandem::parallel_generate(where, c, [=, left = tandem::view(a), right = tandem::view(b)](auto i) {
      auto const row = i / n * n;
      auto const column = i % n;
      return tandem::repeat(n, 0.0f,
                            [=](auto k, auto sum) { return sum + left[row + k] * right[k * n + column]; });
    });
    return c;
  });

  double worst = 0;
  for (std::size_t row = 0; row < n; row += 17)
    for (std::size_t column = 0; column < n; column += 13) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k)
        sum += double{a[row * n + k]} * double{b[k * n + column]};
      worst = std::max(worst, std::abs(sum - double{product[row * n + column]}));
    }
  std::printf("%u × %u, largest error %.2e: %s\n", n, n, worst, worst < 1e-6 * n ? "right" : "WRONG");
}
