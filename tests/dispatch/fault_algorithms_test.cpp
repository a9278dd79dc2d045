// The algorithms beyond map and reduce over a driver that fails: see fault_sweep.hpp.
#include "fault_sweep.hpp"

#include <random>

using namespace tandem;
using namespace tandem_test;

namespace {

constexpr std::size_t n = 9001;

std::vector<float> floats() {
  std::mt19937 random(3);
  std::vector<float> values(n);
  for (auto& value : values)
    value = static_cast<float>(static_cast<std::int32_t>(random() % 2001) - 1000) / 3.0f;
  return values;
}

std::vector<std::uint32_t> places() {
  std::vector<std::uint32_t> values(n);
  for (std::uint32_t i = 0; i < n; ++i)
    values[i] = (i * 7u) % static_cast<std::uint32_t>(n);
  return values;
}

template <class A, class B>
bytes joined(A const& a, B const& b) {
  auto all = bytes_of(a);
  auto const more = bytes_of(b);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// A call that changes its data in place: under a fault they stay as they were.
template <class Change>
swept_call changing(char const* name, Change change) {
  return swept(name, [a = floats(), change](auto where) {
    return bytes_of(unchanged_by_errors(a, [&](auto& data) { change(where, data); }));
  });
}

std::vector<swept_call> calls_in_place() {
  return {changing("sort", [](auto where, auto& data) { parallel_sort(where, data); }),
          changing("sort by a traced key",
                   [](auto where, auto& data) {
                     parallel_sort(where, data, less{}, [](auto x) { return x * x; });
                   }),
          changing("partition",
                   [](auto where, auto& data) {
                     parallel_partition(where, data, [](auto x) { return x > 9.0f; });
                   }),
          changing("unique", [](auto where, auto& data) {
            auto const kept = parallel_unique(where, data, [](auto a, auto b) { return a < b; });
            std::fill(data.begin() + static_cast<std::ptrdiff_t>(kept), data.end(), 0.0f);
          })};
}

std::vector<swept_call> other_calls() {
  auto const positive = [](auto x) { return x > 0.0f; };
  return {swept("filter",
                [=, a = floats()](auto where) { return bytes_of(parallel_filter(where, a, positive)); }),
          swept("find",
                [a = floats()](auto where) {
                  return bytes_of(parallel_find_if(where, a, [](auto x) { return x > 1e9f; }));
                }),
          swept("histogram",
                [a = floats()](auto where) {
                  std::vector<int> bins(50);
                  parallel_histogram(where, a, bins, [](auto x) { return cast<std::int32_t>(x) / 8; });
                  return bytes_of(bins);
                }),
          swept("scan",
                [a = floats()](auto where) {
                  std::vector<float> out(n);
                  parallel_inclusive_scan(where, a, out);
                  return bytes_of(out);
                }),
          swept("gather",
                [a = floats(), at = places()](auto where) {
                  std::vector<float> out(n);
                  parallel_gather(where, a, at, out);
                  return bytes_of(out);
                }),
          swept("top k", [a = floats()](auto where) { return bytes_of(parallel_top_k(where, a, 20)); }),
          swept("by key", [a = floats(), at = places()](auto where) {
            auto const [keys, totals] =
                parallel_reduce_by_key(where, at, a, plus{}, [](auto x, auto y) { return x < y; });
            return joined(keys, totals);
          })};
}

void sweep(std::vector<swept_call> const& calls, int fault, long step) {
  fault_sweep faults;
  NEEDS_FAULTS(faults);
  for (auto const& what : calls)
    for (auto const policy : {under::automatic, under::gpu}) {
      auto const seen = faults.run(what, policy, fault, step);
      CAPTURE(what.name, int(policy), seen);
      CHECK(seen > 2); // it did go to the device
    }
}

} // namespace

TEST_CASE("calls that change data in place survive failing drivers", "[gpu][fault]") {
  sweep(calls_in_place(), out_of_device_memory, 9);
  sweep(calls_in_place(), device_lost, 23);
}
TEST_CASE("selections, histograms, scans, moves, top k and reductions by key survive failing drivers",
          "[gpu][fault]") {
  sweep(other_calls(), out_of_host_memory, 29);
  sweep(other_calls(), device_lost, 31);
}
TEST_CASE("every algorithm survives a failure of any driver call", "[gpu][fault][slow]") {
  for (int const fault : {out_of_host_memory, out_of_device_memory, device_lost}) {
    sweep(calls_in_place(), fault, 1);
    sweep(other_calls(), fault, 1);
  }
}
