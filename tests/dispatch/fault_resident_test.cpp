// Changes in place of data that only the device has, over a driver that runs out of memory: a change that
// fails must not be made twice, nor half. (A device that is lost takes such data along: fault_test.cpp.)
#include "fault_sweep.hpp"

#include <runtime/engine.hpp>

#include <numeric>
#include <random>

using namespace tandem;
using namespace tandem_test;

namespace {

constexpr std::size_t n = 9001;

/// An array whose host copy is stale, changed in place by change(policy, array).
template <class Change>
swept_call changing(char const* name, Change change) {
  return swept(name, [a = random_words(n), change](auto where) {
    array<std::uint32_t> data(a);
    parallel_map(where, data, data, [](auto x) { return x * 3u + 1u; });
    change(where, data);
    return bytes_of(data.to_vector());
  });
}

std::vector<swept_call> changes() {
  return {changing("map in place twice",
                   [](auto where, auto& data) {
                     parallel_map(where, data, data, [](auto x) { return x * x + 7u; });
                   }),
          changing("scan in place",
                   [](auto where, auto& data) { parallel_inclusive_scan(where, data, data, plus{}); }),
          changing("partition",
                   [](auto where, auto& data) {
                     parallel_partition(where, data, [](auto x) { return x % 2u == 0u; });
                   }),
          changing("unique",
                   [](auto where, auto& data) {
                     auto const kept =
                         parallel_unique(where, data, [](auto x, auto y) { return x / 9000u == y / 9000u; });
                     std::fill(data.begin() + static_cast<std::ptrdiff_t>(kept), data.end(), 0u);
                   }),
          changing("sort", [](auto where, auto& data) { parallel_sort(where, data); }),
          changing("sort by a comparator",
                   [](auto where, auto& data) {
                     parallel_sort(where, data, [](auto x, auto y) { return x % 1000u < y % 1000u; });
                   }),
          changing("sort by key",
                   [](auto where, auto& data) {
                     array<std::uint32_t> values(n);
                     std::iota(values.begin(), values.end(), 0u);
                     parallel_sort_by_key(where, data, values);
                     parallel_map(where, data, values, data, [](auto x, auto y) { return x ^ (y << 7u); });
                   }),
          changing("scatter", [](auto where, auto& data) {
            std::vector<std::uint32_t> places(n), values(n);
            for (std::uint32_t i = 0; i < n; ++i) {
              places[i] = static_cast<std::uint32_t>((i * 7u) % n);
              values[i] = i;
            }
            parallel_scatter(where, values, places, data);
          })};
}

/// The opened device does so little at once that resident data are worked on in pieces, until this goes.
class small_pieces {
 public:
  explicit small_pieces(runtime_options const& options)
      : device_(gpu::device::open(options.device)), before_(device_.engine().limits()) {
    auto lowered = before_;
    lowered.max_groups = 1;
    device_.engine().set_limits(lowered);
  }
  ~small_pieces() { device_.engine().set_limits(before_); }
  small_pieces(small_pieces const&) = delete;
  small_pieces& operator=(small_pieces const&) = delete;

 private:
  gpu::device device_;
  gpu::detail::work_limits before_;
};

void sweep_all(int fault, long step, bool in_pieces) {
  fault_sweep sweep;
  NEEDS_FAULTS(sweep);
  std::optional<small_pieces> lowered;
  if (in_pieces)
    lowered.emplace(sweep.options());
  for (auto const& what : changes())
    for (auto const policy : {under::automatic, under::gpu}) {
      auto const seen = sweep.run(what, policy, fault, step);
      CAPTURE(what.name, int(policy), seen);
      if (policy == under::gpu ||
          what.name != std::string("scatter")) // of four elements: too few for a device
        CHECK(seen > 2);
    }
}

} // namespace

TEST_CASE("What only the device has is changed once, whatever fails", "[gpu][fault][array]") {
  sweep_all(out_of_device_memory, 11, false);
  sweep_all(out_of_host_memory, 13, false);
}
TEST_CASE("What only the device has is changed once, in pieces too", "[gpu][fault][array]") {
  sweep_all(out_of_device_memory, 13, true);
}
TEST_CASE("What only the device has is changed once, wherever it fails", "[gpu][fault][array][slow]") {
  for (bool const in_pieces : {false, true}) {
    sweep_all(out_of_device_memory, 1, in_pieces);
    sweep_all(out_of_host_memory, 1, in_pieces);
  }
}
