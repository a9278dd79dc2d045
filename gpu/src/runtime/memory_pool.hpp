// Device memory, taken from the driver in slabs, handed out in size classes and recycled once the GPU is past
// its last use.
#pragma once

#include "timeline.hpp"

#include <array>
#include <deque>
#include <list>

namespace tandem::gpu::detail {

/// What memory is for, which decides the Vulkan memory type. On devices with unified memory all three are the
/// same type.
enum class memory_use : unsigned char { device, upload, readback };
inline constexpr std::size_t memory_use_count = 3;

/// One vkAllocateMemory with one buffer over all of it.
struct slab {
  vk::raii::DeviceMemory memory = nullptr;
  vk::raii::Buffer buffer = nullptr;
  std::uint64_t address = 0;
  std::byte* mapped = nullptr;
  std::uint64_t size = 0;
  std::uint64_t used = 0; ///< handed out at least once: the bump pointer
  std::uint64_t live_blocks = 0;
  memory_use use = memory_use::device;
  bool coherent = true;
};

struct block {
  slab* owner = nullptr;
  std::uint64_t offset = 0;
  std::uint64_t size = 0; ///< its class's size
};

class memory_pool {
 public:
  memory_pool(vk::raii::Device const& device, vk::raii::PhysicalDevice const& physical,
              device_info const& info, bool trust_coherent, timeline& time, counters& counts);

  block acquire(memory_use use, std::uint64_t size_bytes);
  void release(block const& freed, ticket last_use) noexcept;
  /// Gives unused slabs back to the driver.
  void trim();

  /// Makes host writes visible to the device, or device writes to the host, where the memory type needs it.
  void flush(block const& of, std::uint64_t offset, std::uint64_t size);
  void invalidate(block const& of, std::uint64_t offset, std::uint64_t size);

 private:
  struct free_block {
    block what;
    ticket last_use = 0;
  };
  using free_list = std::deque<free_block>;

  bool take_free(memory_use use, std::uint64_t class_size, block& result);
  block carve(memory_use use, std::uint64_t class_size);
  slab& add_slab(memory_use use, std::uint64_t size_bytes);
  slab make_slab(memory_use use, std::uint64_t size_bytes);
  void trim_locked();
  vk::MappedMemoryRange mapped_range(block const& of, std::uint64_t offset, std::uint64_t size) const;

  vk::raii::Device const& device_;
  device_info const& info_;
  timeline& time_;
  counters& counts_;
  vk::PhysicalDeviceMemoryProperties properties_;
  std::array<std::uint32_t, memory_use_count> types_{};
  std::uint64_t atom_bytes_ = 1;
  bool trust_coherent_ = true;
  std::mutex mutex_;
  std::list<slab> slabs_;
  std::array<slab*, memory_use_count> current_{};
  std::array<std::map<std::uint64_t, free_list>, memory_use_count> free_;
};

} // namespace tandem::gpu::detail
