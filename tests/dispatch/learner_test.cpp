#include <catch2/catch.hpp>

#include <learner.hpp>

#include <cmath>
#include <cstddef>
#include <thread>
#include <vector>

using namespace tandem;
using tandem::detail::learner;
using tandem::detail::learning_key;

namespace {

int const site = 0;

} // namespace

TEST_CASE("Nothing learned is a factor of one", "[learner]") {
  learner learned;
  REQUIRE(learned.factor({&site, 0, 100, false}) == 1);
  REQUIRE(learned.samples({&site, 0, 100, false}) == 0);
}

TEST_CASE("One or two spikes move nothing, four slow runs are believed", "[learner]") {
  learner learned;
  learning_key const key{&site, 0, 5000, false};
  for (int i = 0; i < 5; ++i)
    learned.observe(key, 100, 100);
  learned.observe(key, 100, 5000);
  learned.observe(key, 100, 5000);
  REQUIRE(learned.factor(key) == Approx(1).margin(0.01));
  for (int i = 0; i < 4; ++i)
    learned.observe(key, 100, 300);
  REQUIRE(learned.factor(key) == Approx(3).epsilon(0.01));
  for (int i = 0; i < 5; ++i)
    learned.observe(key, 100, 100);
  REQUIRE(learned.factor(key) == Approx(1).margin(0.01));
}

TEST_CASE("Keys differ by site, device, power of two and residency", "[learner]") {
  learner learned;
  int const other_site = 0;
  for (int i = 0; i < 5; ++i)
    learned.observe({&site, 0, 1024, false}, 10, 40);
  REQUIRE(learned.factor({&site, 0, 1500, false}) == Approx(4).epsilon(0.01)); // the same power of two
  REQUIRE(learned.factor({&site, 0, 2048, false}) == 1);
  REQUIRE(learned.factor({&site, 1, 1024, false}) == 1);
  REQUIRE(learned.factor({&site, 0, 1024, true}) == 1);
  REQUIRE(learned.factor({&other_site, 0, 1024, false}) == 1);
}

TEST_CASE("A full table forgets nothing and takes no harm", "[learner]") {
  learner learned;
  std::vector<char> sites(20000);
  for (auto const& one : sites)
    for (int i = 0; i < 5; ++i)
      learned.observe({&one, 0, 64, false}, 10, 20);
  std::size_t known = 0;
  for (auto const& one : sites) {
    auto const factor = learned.factor({&one, 0, 64, false});
    REQUIRE((factor == 1 || factor == Approx(2).epsilon(0.01)));
    known += factor != 1;
  }
  REQUIRE(known > 3000);
  REQUIRE(known <= 4096);
}

TEST_CASE("Impossible measurements are not learned", "[learner]") {
  learner learned;
  learning_key const key{&site, 0, 64, false};
  for (double const bad : {0.0, -1.0, std::nan("")}) {
    learned.observe(key, 10, bad);
    learned.observe(key, bad, 10);
  }
  REQUIRE(learned.samples(key) == 0);
}

TEST_CASE("Threads may learn at once", "[learner]") {
  learner learned;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&learned] {
      for (std::size_t i = 0; i < 20000; ++i)
        learned.observe({&site, static_cast<int>(i % 3), std::size_t{1} << (i % 20), false}, 10, 30);
    });
  for (auto& thread : threads)
    thread.join();
  for (int device = 0; device < 3; ++device)
    REQUIRE(learned.factor({&site, device, 1, false}) == Approx(3).epsilon(0.01));
}

TEST_CASE("The device that served last is remembered by size and residency", "[learner]") {
  learner learned;
  REQUIRE(learned.settled({&site, 0, 1000, false}) == -1);
  learned.settle({&site, 0, 1000, false}, 2);
  REQUIRE(learned.settled({&site, -1, 1000, false}) == 2); // whichever backend asks
  REQUIRE(learned.settled({&site, -1, 1000, true}) == -1);
  REQUIRE(learned.settled({&site, -1, 5000, false}) == -1);
  learned.settle({&site, 0, 1000, false}, -1);
  REQUIRE(learned.settled({&site, 0, 1000, false}) == -1);
  REQUIRE(learned.factor({&site, 2, 1000, false}) == 1); // apart from what was measured
}
