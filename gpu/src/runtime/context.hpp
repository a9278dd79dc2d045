// Everything Vulkan about one opened device, in the order it must be destroyed.
#pragma once

#include "counters.hpp"
#include "masked.hpp"
#include "memory_pool.hpp"
#include "timeline.hpp"

#include <optional>
#include <vector>

namespace tandem::gpu::detail {

class kernel_cache;

/// A command buffer with its own pool and, once asked for, its timestamps; used by one recording at a time.
struct command_slot {
  vk::raii::CommandPool pool = nullptr;
  vk::raii::CommandBuffer commands = nullptr;
  vk::raii::QueryPool timestamps = nullptr;
  ticket last_use = 0;
};

/// What is left of a user's kernel that was dropped while a launch of it may still run.
struct retired_kernel {
  vk::raii::DescriptorSetLayout set_layout;
  vk::raii::PipelineLayout layout;
  vk::raii::Pipeline pipeline;
  std::vector<vk::raii::DescriptorPool> pools;
  ticket last_use;
};

inline constexpr std::uint32_t timestamps_per_recording = 66;
inline constexpr std::uint32_t first_watching_timestamp = 64; ///< this and the next are those of a trace

class device_context {
 public:
  device_context(vk::raii::PhysicalDevice const& chosen, device_info const& description,
                 device_mask const& without = {});
  ~device_context();

  std::unique_ptr<command_slot> take_slot();
  void give_slot(std::unique_ptr<command_slot> slot) noexcept;
  vk::raii::QueryPool make_timestamps();
  /// Keeps a kernel until its last launch has ended; on a lost device until it is closed.
  void retire(retired_kernel kernel);
  /// The bits of a timestamp that mean something.
  std::uint64_t timestamp_mask() const;

  vk::raii::PhysicalDevice physical;
  device_info info;
  counters counts;
  std::uint32_t family;
  vk::raii::Device device;
  vk::raii::PipelineLayout layout; ///< of every kernel without descriptors: 128 bytes of push constants
  timeline time;
  memory_pool pool;
  std::unique_ptr<kernel_cache> kernels;
  std::mutex limits_mutex;
  work_limits limits;

 private:
  std::mutex slots_mutex_;
  std::deque<std::unique_ptr<command_slot>> slots_;
  std::mutex retired_mutex_;
  std::vector<retired_kernel> retired_;
};

/// Host memory lent to the device (VK_EXT_external_memory_host), for as long as this lives.
struct lent_memory {
  vk::raii::DeviceMemory memory;
  vk::raii::Buffer buffer;
  std::uint64_t address; ///< of the first byte asked for
};

/// Lends a host range; nothing when the device or the driver cannot.
std::optional<lent_memory> lend(device_context& context, void const* host, std::size_t size_bytes);

/// True where lending a range of this size was measured to be faster than copying it.
bool lending_pays(device_info const& info, std::size_t size_bytes) noexcept;

} // namespace tandem::gpu::detail
