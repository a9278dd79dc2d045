#include "class_costs.hpp"
#include "measure.hpp"

#include <tandem/gpu/filter.hpp>
#include <tandem/gpu/generate.hpp>
#include <tandem/gpu/histogram.hpp>
#include <tandem/gpu/kernel.hpp>
#include <tandem/gpu/map.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/reduce.hpp>
#include <tandem/gpu/scan.hpp>
#include <tandem/gpu/sort.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace tandem::detail {
namespace {

constexpr int polynomial_degree = 128; // two weighted operations each
constexpr double least_us = 0.05;      // below this a difference of two times says nothing
constexpr std::size_t bins = 256;

/// The kernel site of one sample; each instance of Tag has its own.
template <class Tag>
gpu::kernel_site& site_of() {
  static constinit gpu::kernel_site site;
  return site;
}

/// Calls on data that lies on the device, and on data that does not.
class device_bench {
 public:
  device_bench(gpu::device const& device, std::size_t largest)
      : device_(device), largest_(largest), data_(device, largest * sizeof(float)), host_(largest, 0.5f) {}

  std::size_t largest() const noexcept { return largest_; }

  void copy(std::size_t n) {
    auto const f = [](auto x) { return x + 1.0f; };
    gpu::map(device_, site_of<struct copy_tag>(), gpu::trace<float(float)>(f), std::array{resident(n)},
             resident(n), n);
  }

  void polynomial(std::size_t n) {
    auto const f = [](auto x) {
      auto sum = x;
      for (int i = 0; i < polynomial_degree; ++i)
        sum = sum * x + gpu::constant(0.5f);
      return sum;
    };
    gpu::map(device_, site_of<struct polynomial_tag>(), gpu::trace<float(float)>(f), std::array{resident(n)},
             resident(n), n);
  }

  void sum(std::size_t n, bool from_host) {
    float const init = 0;
    gpu::reduce(device_, site_of<struct sum_tag>(), gpu::trace<float(float, float)>(add),
                from_host ? on_host(n) : resident(n), n, &init, &total_, gpu::reduction_order::commutative);
  }

  void ramp(std::size_t n, bool to_host) {
    auto const f = [](auto i) { return i; };
    gpu::generate(device_, site_of<struct ramp_tag>(), gpu::trace<float(std::uint32_t)>(f),
                  to_host ? on_host(n) : resident(n), n);
  }

  void scan() {
    auto const n = largest_ / 2;
    gpu::inclusive_scan(device_, site_of<struct scan_tag>(), gpu::trace<float(float, float)>(add),
                        resident(n), second(n), n);
  }

  void filter() {
    auto const n = largest_ / 2;
    auto const f = [](auto x) { return x < 0.5f; };
    gpu::filter(device_, site_of<struct filter_tag>(), gpu::trace<bool(float)>(f), resident(n), second(n), n);
  }

  void histogram() {
    auto const n = largest_ / 2;
    auto const f = [](auto x) { return x >> 24; };
    gpu::histogram(device_, site_of<struct histogram_tag>(), gpu::trace<void(std::uint32_t)>(f),
                   gpu::operand::of<std::uint32_t>(data_, n), n, counts_);
  }

  void sort_many() { sort(largest_ / 2); }
  void sort(std::size_t n) { // takes the same time whatever order the keys are in
    gpu::radix_sort(device_, gpu::operand::of<std::uint32_t>(data_, n), n);
  }

 private:
  static constexpr auto add = [](auto a, auto b) { return a + b; };

  gpu::operand resident(std::size_t n) { return gpu::operand::of<float>(data_, n); }
  gpu::operand on_host(std::size_t n) { return gpu::operand::of<float>(host_.data(), n); }
  gpu::operand second(std::size_t n) {
    auto upper = resident(n);
    upper.offset_bytes = largest_ / 2 * sizeof(float);
    return upper;
  }

  gpu::device const& device_;
  std::size_t largest_;
  gpu::memory data_;
  std::vector<float> host_;
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>(bins);
  float total_ = 0;
};

/// What moving the data adds to a call: the same call on data here and on data there. The host's own copy is
/// in it.
void measure_transfers(device_bench& bench, device_profile& measured, double budget_s, progress& shown) {
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = 4u << 10;
       bytes <= std::min(bench.largest() * sizeof(float), std::size_t{64} << 20); bytes *= 16)
    sizes.push_back(bytes);
  auto const share = budget_s / static_cast<double>(4 * sizes.size());
  measured.upload.clear();
  measured.download.clear();
  for (auto const bytes : sizes) {
    if (shown.stopped())
      return;
    shown.say("transfers");
    auto const n = bytes / sizeof(float);
    auto const added = [&](auto const& call) {
      auto const there = median_us(share, [&] { call(false); });
      return std::max(median_us(share, [&] { call(true); }) - there, least_us);
    };
    auto const size = static_cast<double>(bytes);
    measured.upload.push_back({size, added([&](bool host) { bench.sum(n, host); })});
    measured.download.push_back({size, added([&](bool host) { bench.ramp(n, host); })});
  }
}

void measure_classes(device_bench& bench, device_profile& measured, double budget_s, progress& shown) {
  struct sampled {
    algorithm kind;
    void (device_bench::*run)();
  };
  constexpr sampled all[] = {{algorithm::scan, &device_bench::scan},
                             {algorithm::filter, &device_bench::filter},
                             {algorithm::histogram, &device_bench::histogram},
                             {algorithm::radix_sort, &device_bench::sort_many}};
  for (auto const& [kind, run] : all) {
    if (shown.stopped())
      return;
    shown.say(name_of(kind));
    auto const n = static_cast<double>(bench.largest() / 2);
    auto const us = median_us(budget_s / std::size(all), [&, step = run] { (bench.*step)(); });
    request const asked{.kind = kind,
                        .n = bench.largest() / 2,
                        .read_bytes = 4 * n,
                        .written_bytes = kind == algorithm::histogram ? 0 : 4 * n};
    auto const cost = gpu_cost(asked);
    auto const modelled_us =
        std::max((asked.read_bytes + asked.written_bytes) * cost.passes / measured.gb_per_s / 1e3,
                 operations_of(asked, cost) * measured.ns_per_operation / 1e3);
    measured.factors[static_cast<std::size_t>(kind)] =
        believable_factor(std::max(us - measured.submit_us, least_us), modelled_us);
  }
}

/// A kernel that nobody has built before, of about the size of a small map's.
void build_fresh_kernel(gpu::device const& device, int which) {
  auto const now = std::chrono::steady_clock::now().time_since_epoch().count();
  std::string text = "#version 460\nlayout(local_size_x = 256) in;\n"
                     "layout(binding = 0, std430) buffer Numbers { float x[]; };\n"
                     "layout(push_constant) uniform Push { uint n; float a; } push;\n"
                     "void main() {\n  uint i = gl_GlobalInvocationID.x;\n  if (i >= push.n)\n    return;\n"
                     "  precise float v = x[i];\n";
  for (int i = 0; i < 12; ++i)
    text += "  v = v * push.a + " + std::to_string(i + 1) + ".0;\n";
  text += "  x[i] = v;\n} // " + std::to_string(now) + "." + std::to_string(which) + "\n";
  gpu::kernel::from_glsl(device, text);
}

/// The median of three, whatever the caches hold.
double measure_compiling(gpu::device const& device, progress& shown) {
  shown.say("compiling");
  std::vector<double> samples;
  for (int i = 0; i < 4; ++i) {
    auto const start = std::chrono::steady_clock::now();
    build_fresh_kernel(device, i);
    if (i > 0) // the first one starts the compiler
      samples.push_back(
          std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  return std::max(median_of(samples), 1.0);
}

} // namespace

device_profile measure_device(gpu::device& device, device_profile measured, double budget_s,
                              progress& shown) {
  std::size_t const large = device.info().software() ? std::size_t{1} << 20 : std::size_t{1} << 26;
  device_bench bench(device, large);
  shown.say("submission");
  measured.submit_us = median_us(budget_s * 0.1, [&] { bench.copy(1); });
  shown.say("device memory");
  auto const beyond_submission = [&](double us) { return std::max(us - measured.submit_us, least_us); };
  auto const copy_us = beyond_submission(median_us(budget_s * 0.1, [&] { bench.copy(large); }));
  measured.gb_per_s = static_cast<double>(2 * large * sizeof(float)) / copy_us / 1e3;
  shown.say("device arithmetic");
  auto const many = large / 8;
  auto const work_us = beyond_submission(median_us(budget_s * 0.1, [&] { bench.polynomial(many); }));
  measured.ns_per_operation = work_us * 1e3 / static_cast<double>(many) / (2 * polynomial_degree);
  // One thread takes as long as a device full of them.
  auto const alone_us = beyond_submission(median_us(budget_s * 0.1, [&] { bench.polynomial(1); }));
  measured.full_occupancy_n =
      std::clamp(alone_us * 1e3 / (2 * polynomial_degree) / measured.ns_per_operation, 1.0, 4e6);
  // A submission that was timed contains one kernel; a sort of few keys runs many, one after the other.
  constexpr double kernels_of_a_sort = 12;
  auto const many_us = beyond_submission(median_us(budget_s * 0.05, [&] { bench.sort(256); }));
  measured.minimum_kernel_us = std::min(many_us / kernels_of_a_sort, 0.9 * measured.submit_us);
  measured.submit_us -= measured.minimum_kernel_us;
  measured.compile_us = measure_compiling(device, shown);
  measure_transfers(bench, measured, budget_s * 0.3, shown);
  measure_classes(bench, measured, budget_s * 0.25, shown);
  measured.origin = source::measured;
  return measured;
}

} // namespace tandem::detail
