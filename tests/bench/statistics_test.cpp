#include <catch2/catch.hpp>

#include "statistics.hpp"

#include <random>
#include <vector>

using namespace tandem_bench;

TEST_CASE("statistics: median and deviation") {
  CHECK(median({}) == 0.0);
  CHECK(median(std::vector{3.0}) == 3.0);
  CHECK(median(std::vector{5.0, 1.0, 3.0}) == 3.0);
  CHECK(median(std::vector{4.0, 1.0, 3.0, 2.0}) == 2.5);
  CHECK(median_deviation(std::vector{1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0}) == 1.0);
  CHECK(median(std::vector{1.0, 1.0, 1.0, 1e12, 1e12}) == 1.0);
}

TEST_CASE("statistics: geometric mean and quantiles") {
  CHECK(geometric_mean({}) == 1.0);
  CHECK(geometric_mean(std::vector{1.0, 4.0}) == Approx(2.0));
  std::vector<double> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i) {
    hundred[i] = static_cast<double>(100 - i);
  }
  CHECK(quantile(hundred, 0.99) == 99.0);
  CHECK(quantile(hundred, 1.0) == 100.0);
  CHECK(quantile(hundred, 0.0) == 1.0);
  CHECK(quantile({}, 0.5) == 0.0);
}

TEST_CASE("statistics: a crossover is where the challenger wins for good") {
  std::vector<std::size_t> const sizes{256, 1024, 4096, 16384};
  std::vector<double> const cpu{1.0, 4.0, 16.0, 64.0};
  CHECK_FALSE(crossover(sizes, cpu, std::vector{9.0, 9.0, 17.0, 65.0}));
  CHECK(*crossover(sizes, cpu, std::vector{0.5, 0.5, 0.5, 0.5}) == Approx(256.0));
  // Wins at 1024, loses again at 4096: only the last stretch counts.
  CHECK(*crossover(sizes, cpu, std::vector{2.0, 2.0, 32.0, 32.0}) == Approx(8192.0));
  CHECK_FALSE(crossover({}, {}, {}));
  CHECK_THROWS_AS(crossover(sizes, cpu, std::vector{1.0}), std::invalid_argument);
}

TEST_CASE("statistics: the crossover of two power laws is found exactly") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    double const truth = std::exp2(std::uniform_real_distribution<>(9.0, 19.0)(random));
    double const slope = std::uniform_real_distribution<>(0.1, 0.9)(random);
    std::vector<std::size_t> sizes;
    std::vector<double> cpu;
    std::vector<double> gpu;
    for (std::size_t n = 256; n <= (1U << 20U); n *= 4) {
      sizes.push_back(n);
      cpu.push_back(static_cast<double>(n));
      gpu.push_back(truth * std::pow(static_cast<double>(n) / truth, slope));
    }
    REQUIRE(crossover(sizes, cpu, gpu).value() == Approx(truth));
  }
}
