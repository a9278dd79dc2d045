#include "measure.hpp"

#include <tandem/gpu/memory.hpp>

#include <array>
#include <vector>

namespace tandem::detail {
namespace {

constexpr std::array<std::size_t, 5> transfer_sizes{4u << 10, 64u << 10, 1u << 20, 8u << 20, 32u << 20};

} // namespace

device_profile measure_device(gpu::device& device, device_profile measured, double budget_s, progress& shown) {
  auto const share = budget_s * 0.6 / (2 * transfer_sizes.size());
  std::vector<std::byte> host(transfer_sizes.back());
  gpu::memory const memory{device, host.size()};
  measured.upload.clear();
  measured.download.clear();
  for (auto const bytes : transfer_sizes) {
    if (shown.stopped())
      break;
    shown.say("transfers");
    auto const size = static_cast<double>(bytes);
    measured.upload.push_back({size, median_us(share, [&] { memory.upload(host.data(), bytes); })});
    measured.download.push_back({size, median_us(share, [&] { memory.download(host.data(), bytes); })});
  }
  measured.origin = source::measured;
  return measured;
}

} // namespace tandem::detail
