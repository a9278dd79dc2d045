// What a device has done, counted where it happens.
#pragma once

#include <tandem/gpu/device.hpp>

#include <atomic>

namespace tandem::gpu::detail {

struct counters {
  std::atomic<std::uint64_t> device_allocations{0};
  std::atomic<std::uint64_t> device_bytes{0};
  std::atomic<std::uint64_t> bytes_in_use{0};
  std::atomic<std::uint64_t> host_imports{0};
  std::atomic<std::uint64_t> command_buffers{0};
  std::atomic<std::uint64_t> submissions{0};
  std::atomic<std::uint64_t> pipelines_created{0};
  std::atomic<std::uint64_t> kernel_memory_hits{0};
  std::atomic<std::uint64_t> kernel_disk_hits{0};
  std::atomic<std::uint64_t> kernels_compiled{0};
  std::atomic<std::uint64_t> bad_cache_entries{0};

  device_statistics read() const {
    return {device_allocations, device_bytes,     bytes_in_use,      host_imports,
            command_buffers,    submissions,      pipelines_created, kernel_memory_hits,
            kernel_disk_hits,   kernels_compiled, bad_cache_entries};
  }
};

} // namespace tandem::gpu::detail
