// automatic goes to a GPU that is predicted to be faster, with every algorithm that GPUs have, and the
// results are the CPU's.
#include "gpu_support.hpp"

#include "eager_device.hpp"

using namespace tandem;
using namespace gpu_dispatch;

namespace {

/// A runtime whose device is said to need no time.
class eager_runtime {
 public:
  eager_runtime() : runtime_(tandem_test::eager_options(folder_, gpu::device::open_default().info().name)) {
    runtime_.find_device();
  }

  /// What call(automatic) gives once its kernels are there; it must have run on the GPU.
  template <class Call>
  auto on_the_gpu(Call const& call) {
    auto result = warmup([&] { return call(automatic.with(runtime_)); });
    INFO(runtime_.explain());
    CHECK(runtime_.last_decision().where() == backend::gpu);
    return result;
  }

 private:
  tandem_test::scratch_folder folder_;
  tandem::runtime runtime_;
};

} // namespace

TEST_CASE("automatic takes a faster GPU: selections and searches", "[gpu][automatic]") {
  NEEDS_A_DEVICE();
  eager_runtime eager;
  auto const in = random_values<float>(30011);
  auto const large = [](auto x) { return x > 200.0f; };
  auto const check = [&](char const* name, auto const& call) {
    INFO(name);
    REQUIRE(eager.on_the_gpu(call) == call(on_cpu));
  };
  check("filter", [&](auto where) { return parallel_filter(where, in, large); });
  check("count", [&](auto where) { return parallel_count(where, in, large); });
  check("find", [&](auto where) { return parallel_find_if(where, in, large); });
  check("any", [&](auto where) { return parallel_any_of(where, in, large); });
  check("all", [&](auto where) { return parallel_all_of(where, in, large); });
  check("partition", [&](auto where) {
    auto copy = in;
    parallel_partition(where, copy, large);
    return copy;
  });
  check("unique", [&](auto where) {
    auto copy = in;
    copy.resize(parallel_unique(where, copy, [](auto a, auto b) { return a < b; }));
    return copy;
  });
  check("minmax", [&](auto where) { return parallel_minmax_element(where, in); });
  check("min", [&](auto where) { return parallel_min_element(where, in); });
  check("top k", [&](auto where) { return parallel_top_k(where, in, 100); });
}

TEST_CASE("automatic takes a faster GPU: sorts, scans, moves, histograms, reductions by key",
          "[gpu][automatic]") {
  NEEDS_A_DEVICE();
  eager_runtime eager;
  auto const in = random_values<float>(30011);
  std::vector<std::uint32_t> index(in.size()), keys(in.size());
  for (std::uint32_t i = 0; i < index.size(); ++i) {
    index[i] = (i * 7) % static_cast<std::uint32_t>(in.size());
    keys[i] = i / 9;
  }
  auto const check = [&](char const* name, auto const& call) {
    INFO(name);
    REQUIRE(eager.on_the_gpu(call) == call(on_cpu));
  };
  check("sort", [&](auto where) {
    auto copy = in;
    parallel_sort(where, copy);
    return copy;
  });
  check("sort by key", [&](auto where) {
    auto sorted = in;
    auto values = index;
    parallel_sort_by_key(where, sorted, values);
    return values;
  });
  check("permutation", [&](auto where) { return parallel_sort_permutation(where, in); });
  check("sort by a traced key", [&](auto where) {
    auto copy = in;
    parallel_sort(where, copy, less{}, [](auto x) { return x * x; });
    return copy;
  });
  check("scan", [&](auto where) {
    std::vector<float> out(in.size());
    parallel_exclusive_scan(where, in, out, 1.0f);
    return out;
  });
  check("gather", [&](auto where) {
    std::vector<float> out(in.size());
    parallel_gather(where, in, index, out);
    return out;
  });
  check("scatter", [&](auto where) {
    std::vector<float> out(in.size(), -1.0f);
    parallel_scatter(where, in, index, out);
    return out;
  });
  check("histogram", [&](auto where) {
    std::vector<int> bins(100);
    parallel_histogram(where, in, bins, [](auto x) { return tandem::cast<std::int32_t>(x) / 4; });
    return bins;
  });
  check("by key", [&](auto where) { return parallel_reduce_by_key(where, keys, in, plus{}); });
}
