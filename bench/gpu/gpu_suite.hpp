// The GPU algorithms as a benchmark sees them: one entry each, with its data in device memory or in the
// host's.
#pragma once

#include <tandem/gpu/device.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tandem_bench {

/// One algorithm at one size. `run` may be called again and again; `refill` puts the input back where run
/// changes it.
struct gpu_trial {
  std::function<void()> refill;
  std::function<void()> run;
  std::function<bool()>
      right; ///< after refill and run: whether the result is what the CPU makes of the input
};

struct gpu_entry {
  std::string name; ///< the same in the peers' results
  /// Bytes that an element takes to and from device memory at the optimum, and on this device as tandem does
  /// it.
  double optimum_bytes;
  std::function<double(tandem::gpu::device const&, std::size_t n)> moved_bytes;
  /// Data in device memory (`resident`) or in the host's.
  std::function<gpu_trial(tandem::gpu::device const&, std::size_t n, bool resident)> make;
};

std::vector<gpu_entry> gpu_entries();
/// Of these, what selects, searches and joins.
std::vector<gpu_entry> gpu_searches();

/// Copies n 4-byte elements from one device memory to another: the bound for what only moves bytes.
gpu_trial device_copy(tandem::gpu::device const& where, std::size_t n);

} // namespace tandem_bench
