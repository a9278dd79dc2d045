#include "measure.hpp"

#include <tandem/gpu/map.hpp>
#include <tandem/gpu/memory.hpp>
#include <tandem/gpu/tracing/trace.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace tandem::detail {
namespace {

constexpr std::array<std::size_t, 5> transfer_sizes{4u << 10, 64u << 10, 1u << 20, 8u << 20, 32u << 20};
constexpr int polynomial_degree = 128; // two weighted operations each

/// Kernels timed on data that already lies on the device.
class device_bench {
 public:
  device_bench(gpu::device const& device, std::size_t largest) : device_(device), data_(device, largest * sizeof(float)) {}

  gpu::memory& data() noexcept { return data_; }

  /// Median time of y = x + 1 over n elements.
  double copy_us(std::size_t n, double budget_s) {
    return map_us(copy_site(), n, budget_s, [](auto x) { return x + 1.0f; });
  }

  double polynomial_us(std::size_t n, double budget_s) {
    return map_us(polynomial_site(), n, budget_s, [](auto x) {
      auto sum = x;
      for (int i = 0; i < polynomial_degree; ++i)
        sum = sum * x + gpu::constant(0.5f);
      return sum;
    });
  }

 private:
  static gpu::kernel_site& copy_site() {
    static constinit gpu::kernel_site site;
    return site;
  }
  static gpu::kernel_site& polynomial_site() {
    static constinit gpu::kernel_site site;
    return site;
  }

  template <class F>
  double map_us(gpu::kernel_site& site, std::size_t n, double budget_s, F const& f) {
    std::array const in{gpu::operand::of<float>(data_, n)};
    auto const out = in[0];
    return median_us(budget_s, [&] { gpu::map(device_, site, gpu::trace<float(float)>(f), in, out, n); });
  }

  gpu::device const& device_;
  gpu::memory data_;
};

void measure_transfers(device_bench& bench, device_profile& measured, double budget_s, progress& shown) {
  auto const share = budget_s / (2 * transfer_sizes.size());
  std::vector<std::byte> host(transfer_sizes.back());
  measured.upload.clear();
  measured.download.clear();
  for (auto const bytes : transfer_sizes) {
    if (shown.stopped())
      return;
    shown.say("transfers");
    auto const size = static_cast<double>(bytes);
    measured.upload.push_back({size, median_us(share, [&] { bench.data().upload(host.data(), bytes); })});
    measured.download.push_back({size, median_us(share, [&] { bench.data().download(host.data(), bytes); })});
  }
}

} // namespace

device_profile measure_device(gpu::device& device, device_profile measured, double budget_s, progress& shown) {
  std::size_t const large = device.info().software() ? std::size_t{1} << 23 : std::size_t{1} << 26;
  device_bench bench(device, large);
  shown.say("submission");
  measured.submit_us = bench.copy_us(1, budget_s * 0.15);
  shown.say("device memory");
  auto const copy_us = std::max(bench.copy_us(large, budget_s * 0.15) - measured.submit_us, 1.0);
  measured.gb_per_s = static_cast<double>(2 * large * sizeof(float)) / copy_us / 1e3;
  shown.say("device arithmetic");
  auto const many = large / 8;
  auto const work_us = std::max(bench.polynomial_us(many, budget_s * 0.15) - measured.submit_us, 1.0);
  measured.ns_per_operation = work_us * 1e3 / static_cast<double>(many) / (2 * polynomial_degree);
  measured.minimum_kernel_us = 0; // contained in the submission that was timed
  measure_transfers(bench, measured, budget_s * 0.5, shown);
  measured.origin = source::measured;
  return measured;
}

} // namespace tandem::detail
