// The sweeps of fault_test.cpp for scans, selections, histograms and sorts.
#include "fault_sweep.hpp"

#include <random>

using namespace tandem;
using namespace tandem_test;

namespace {

constexpr std::size_t n = 9001;

bytes joined(bytes a, bytes const& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

auto const is_large = [](auto x) { return x > 2500u; };

std::vector<swept_call> selections() {
  auto const a = random_words(n);
  return {swept("inclusive scan in place",
                [a](auto where) {
                  return bytes_of(unchanged_by_errors(
                      a, [&](auto& data) { parallel_inclusive_scan(where, data, data, plus{}); }));
                }),
          swept("filter", [a](auto where) { return bytes_of(parallel_filter(where, a, is_large)); }),
          swept("partition",
                [a](auto where) {
                  return bytes_of(
                      unchanged_by_errors(a, [&](auto& data) { parallel_partition(where, data, is_large); }));
                }),
          swept("count", [a](auto where) { return bytes_of(parallel_count(where, a, is_large)); }),
          swept("find",
                [a](auto where) {
                  return bytes_of(parallel_find_if(where, a, [](auto x) { return x > 5000u; }));
                }),
          swept("smallest", [a](auto where) { return bytes_of(parallel_min_element(where, a)); })};
}

std::vector<swept_call> moves() {
  auto const a = random_words(n);
  return {swept("histogram",
                [a](auto where) {
                  std::vector<std::uint32_t> bins(50, 1);
                  auto const outside = unchanged_by_errors(bins, [&](auto& data) {
                    parallel_histogram(where, a, data, [](auto x) { return x / 90u; });
                  });
                  return bytes_of(outside);
                }),
          swept("sort",
                [a](auto where) {
                  return bytes_of(unchanged_by_errors(a, [&](auto& data) { parallel_sort(where, data); }));
                }),
          swept("sort by key",
                [a](auto where) {
                  auto values = a;
                  auto const keys =
                      unchanged_by_errors(a, [&](auto& data) { parallel_sort_by_key(where, data, values); });
                  return joined(bytes_of(keys), bytes_of(values));
                }),
          swept("permutation", [a](auto where) { return bytes_of(parallel_sort_permutation(where, a)); }),
          swept("gather", [a](auto where) {
            std::vector<std::uint32_t> out(n);
            parallel_gather(where, a, a, out);
            return bytes_of(out);
          })};
}

void sweep_all(std::vector<swept_call> const& calls, int fault, long step) {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  for (auto const& what : calls)
    for (auto const policy : {under::automatic, under::gpu, under::both}) {
      if (policy == under::both && !sweep.divides(what))
        continue;
      auto const driver_calls = sweep.run(what, policy, fault, step);
      CAPTURE(what.name, int(policy), driver_calls);
      CHECK(driver_calls > 2); // it did go to the device
    }
}

} // namespace

TEST_CASE("Memory runs out here and there in scans and selections", "[gpu][fault]") {
  sweep_all(selections(), out_of_device_memory, 9);
}
TEST_CASE("Memory runs out here and there in histograms, sorts and moves", "[gpu][fault]") {
  sweep_all(moves(), out_of_device_memory, 9);
}
TEST_CASE("The device is lost here and there in scans and selections", "[gpu][fault]") {
  sweep_all(selections(), device_lost, 23);
}
TEST_CASE("The device is lost here and there in histograms, sorts and moves", "[gpu][fault]") {
  sweep_all(moves(), device_lost, 23);
}

TEST_CASE("Device memory runs out at every call of scans and selections", "[gpu][fault][slow]") {
  sweep_all(selections(), out_of_device_memory, 1);
}
TEST_CASE("Host memory runs out at every call of scans and selections", "[gpu][fault][slow]") {
  sweep_all(selections(), out_of_host_memory, 1);
}
TEST_CASE("Device memory runs out at every call of histograms, sorts and moves", "[gpu][fault][slow]") {
  sweep_all(moves(), out_of_device_memory, 1);
}
TEST_CASE("Host memory runs out at every call of histograms, sorts and moves", "[gpu][fault][slow]") {
  sweep_all(moves(), out_of_host_memory, 1);
}
TEST_CASE("The device is lost at every call of scans and selections", "[gpu][fault][slow]") {
  sweep_all(selections(), device_lost, 1);
}
TEST_CASE("The device is lost at every call of histograms, sorts and moves", "[gpu][fault][slow]") {
  sweep_all(moves(), device_lost, 1);
}
