// CUB on the algorithms and sizes of gpu_bench: each checked, then the median of its times, as JSON for `gpu_bench --peer`.
//
//     cub_bench out.json N [N…]
#include <cub/cub.cuh>

#include <thrust/device_vector.h>
#include <thrust/gather.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/sequence.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using word = std::uint32_t;
using device_words = thrust::device_vector<word>;

void check(cudaError_t result, char const* what) {
  if (result == cudaSuccess)
    return;
  std::fprintf(stderr, "cub_bench: %s: %s\n", what, cudaGetErrorString(result));
  std::exit(1);
}

/// Calls an algorithm of CUB twice: for the size of its scratch, and (as often as wanted) to run.
template <class Call>
class with_scratch {
 public:
  explicit with_scratch(Call call) : call_(call) {
    check(call_(nullptr, bytes_), "asking for scratch");
    scratch_.resize(bytes_ + 1);
  }
  void operator()() { check(call_(thrust::raw_pointer_cast(scratch_.data()), bytes_), "running"); }

 private:
  Call call_;
  std::size_t bytes_ = 0;
  thrust::device_vector<char> scratch_;
};

double median(std::vector<double>& times) {
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

/// Medians of single calls in milliseconds: on the device, between events, and as the host sees it, until the device
/// is done. `refill` is outside.
struct call_times {
  double device_ms;
  double call_ms;
};

call_times time_of(std::function<void()> const& run, std::function<void()> const& refill) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "making an event");
  check(cudaEventCreate(&end), "making an event");
  std::vector<double> on_device, calls;
  for (int i = 0; i < 22; ++i) {
    refill();
    check(cudaDeviceSynchronize(), "waiting");
    auto const start = std::chrono::steady_clock::now();
    check(cudaEventRecord(begin), "recording an event");
    run();
    check(cudaEventRecord(end), "recording an event");
    check(cudaEventSynchronize(end), "waiting for an event");
    std::chrono::duration<double, std::milli> const call = std::chrono::steady_clock::now() - start;
    float ms = 0;
    check(cudaEventElapsedTime(&ms, begin, end), "reading events");
    if (i > 0) { // the first warms up
      on_device.push_back(ms);
      calls.push_back(call.count());
    }
  }
  check(cudaEventDestroy(begin), "dropping an event");
  check(cudaEventDestroy(end), "dropping an event");
  return {median(on_device), median(calls)};
}

struct odd {
  __host__ __device__ bool operator()(word x) const { return x % 2 != 0; }
};
struct twice_and_one {
  __host__ __device__ word operator()(word x) const { return x * 2 + 1; }
};
struct high_byte {
  __host__ __device__ word operator()(word x) const { return x >> 24; }
};
struct mixed_less {
  __host__ __device__ bool operator()(word a, word b) const { return (a ^ 0x55555555U) < (b ^ 0x55555555U); }
};

class suite {
 public:
  explicit suite(std::FILE* out) : out_(out) {}

  void measure(std::size_t n) {
    n_ = n;
    std::mt19937 engine(1);
    host_.resize(n);
    for (word& each : host_)
      each = engine();
    in_ = host_;
    result_.resize(n);
    map();
    reduce_and_scan();
    filter();
    histogram();
    gather();
    sorts();
  }

 private:
  word* in() { return thrust::raw_pointer_cast(in_.data()); }
  word* result() { return thrust::raw_pointer_cast(result_.data()); }
  std::vector<word> fetched() const { return {result_.begin(), result_.end()}; }
  int count() const { return static_cast<int>(n_); }

  void line(char const* name, bool right, std::function<void()> const& run,
            std::function<void()> const& refill = [] {}) {
    if (!right) {
      std::fprintf(stderr, "cub_bench: %s: WRONG RESULT for %zu elements\n", name, n_);
      std::exit(1);
    }
    call_times const took = time_of(run, refill);
    std::printf("%-16s %11zu  %10.4f ms on the device, %10.4f ms a call\n", name, n_, took.device_ms, took.call_ms);
    std::fprintf(out_, "%s{\"algorithm\": \"%s\", \"n\": %zu, \"ms\": %.6f, \"call_ms\": %.6f}",
                 first_ ? "" : ",\n ", name, n_, took.device_ms, took.call_ms);
    first_ = false;
  }

  void map() {
    auto const run = [&] { check(cub::DeviceTransform::Transform(in(), result(), count(), twice_and_one{}), "map"); };
    run();
    std::vector<word> wanted(host_);
    for (word& each : wanted)
      each = each * 2 + 1;
    line("map", fetched() == wanted, run);
  }

  void reduce_and_scan() {
    with_scratch sum([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceReduce::Sum(scratch, bytes, in(), result(), count());
    });
    sum();
    word const all = result_[0];
    line("reduce", all == std::accumulate(host_.begin(), host_.end(), word{0}), [&] { sum(); });
    with_scratch scan([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSum(scratch, bytes, in(), result(), count());
    });
    scan();
    std::vector<word> wanted(n_);
    std::partial_sum(host_.begin(), host_.end(), wanted.begin());
    line("scan uint32", fetched() == wanted, [&] { scan(); });
    std::vector<float> numbers(n_);
    for (std::size_t i = 0; i < n_; ++i)
      numbers[i] = host_[i] % 16 == 0 ? 1.0F : 0.0F;
    thrust::device_vector<float> from(numbers), to(n_);
    with_scratch float_scan([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSum(scratch, bytes, thrust::raw_pointer_cast(from.data()),
                                           thrust::raw_pointer_cast(to.data()), count());
    });
    float_scan();
    std::partial_sum(numbers.begin(), numbers.end(), numbers.begin());
    float const last = to[n_ - 1];
    line("scan float", n_ > 1U << 24 || last == numbers[n_ - 1], [&] { float_scan(); });
  }

  void filter() {
    thrust::device_vector<int> kept(1);
    with_scratch select([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceSelect::If(scratch, bytes, in(), result(), thrust::raw_pointer_cast(kept.data()), count(),
                                   odd{});
    });
    select();
    std::vector<word> wanted;
    std::copy_if(host_.begin(), host_.end(), std::back_inserter(wanted), odd{});
    std::vector<word> made = fetched();
    made.resize(static_cast<std::size_t>(static_cast<int>(kept[0])));
    line("filter half", made == wanted, [&] { select(); });
  }

  void histogram() {
    thrust::device_vector<int> bins(256);
    auto const bytes_of = thrust::make_transform_iterator(in_.begin(), high_byte{});
    with_scratch count_all([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceHistogram::HistogramEven(scratch, bytes, bytes_of, thrust::raw_pointer_cast(bins.data()), 257,
                                                 word{0}, word{256}, count());
    });
    count_all();
    std::vector<int> wanted(256);
    for (word each : host_)
      ++wanted[each >> 24];
    line("histogram 256", std::vector<int>(bins.begin(), bins.end()) == wanted, [&] { count_all(); });
  }

  void gather() {
    std::vector<word> index(n_);
    std::iota(index.begin(), index.end(), word{0});
    std::shuffle(index.begin(), index.end(), std::mt19937(7));
    device_words const places(index);
    auto const run = [&] { thrust::gather(places.begin(), places.end(), in_.begin(), result_.begin()); };
    run();
    std::vector<word> wanted(n_);
    for (std::size_t i = 0; i < n_; ++i)
      wanted[i] = host_[index[i]];
    line("gather", fetched() == wanted, run);
  }

  void sorts() {
    with_scratch keys([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortKeys(scratch, bytes, in(), result(), count());
    });
    keys();
    std::vector<word> sorted(host_);
    std::sort(sorted.begin(), sorted.end());
    line("radix keys", fetched() == sorted, [&] { keys(); });
    device_words places(n_), moved(n_);
    thrust::sequence(places.begin(), places.end());
    with_scratch pairs([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortPairs(scratch, bytes, in(), result(), thrust::raw_pointer_cast(places.data()),
                                             thrust::raw_pointer_cast(moved.data()), count());
    });
    pairs();
    line("radix pairs", fetched() == sorted, [&] { pairs(); });
    auto const refill = [&] { result_ = in_; };
    refill();
    with_scratch merge([&](void* scratch, std::size_t& bytes) {
      return cub::DeviceMergeSort::StableSortKeys(scratch, bytes, result(), count(), mixed_less{});
    });
    merge();
    std::vector<word> by_less(host_);
    std::stable_sort(by_less.begin(), by_less.end(), mixed_less{});
    line("merge sort", fetched() == by_less, [&] { merge(); }, refill);
  }

  std::FILE* out_;
  bool first_ = true;
  std::size_t n_ = 0;
  std::vector<word> host_;
  device_words in_;
  device_words result_;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: cub_bench out.json N [N...]\n");
    return 2;
  }
  std::FILE* const out = std::fopen(argv[1], "w");
  if (out == nullptr) {
    std::fprintf(stderr, "cub_bench: cannot write %s\n", argv[1]);
    return 1;
  }
  std::fprintf(out, "[");
  suite all(out);
  for (int i = 2; i < argc; ++i)
    all.measure(std::strtoull(argv[i], nullptr, 10));
  std::fprintf(out, "]\n");
  return std::fclose(out) == 0 ? 0 : 1;
}
