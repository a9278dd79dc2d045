#include "memory_pool.hpp"

#include "memory_sizes.hpp"

#include <algorithm>

namespace tandem::gpu::detail {
namespace {

constexpr std::uint64_t slab_bytes = 32ULL << 20;
constexpr std::uint64_t largest_shared_bytes = 8ULL << 20; // larger blocks have a slab of their own

using property = vk::MemoryPropertyFlagBits;

/// The memory type with all of `required` and the most of `wanted`, earlier wishes weighing more; the count
/// of types if there is none.
std::uint32_t choose_type(vk::PhysicalDeviceMemoryProperties const& properties,
                          vk::MemoryPropertyFlags required, std::initializer_list<property> wanted) {
  std::uint32_t best = properties.memoryTypeCount;
  int best_score = -1;
  for (std::uint32_t i = 0; i < properties.memoryTypeCount; ++i) {
    auto const flags = properties.memoryTypes[i].propertyFlags;
    if ((flags & required) != required || (flags & property::eProtected) ||
        (flags & property::eLazilyAllocated))
      continue;
    int score = 0;
    for (auto const wish : wanted)
      score = 2 * score + ((flags & wish) ? 1 : 0);
    if (score > best_score) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

std::size_t index_of(memory_use use) noexcept {
  return static_cast<std::size_t>(use);
}

vk::BufferUsageFlags slab_usage() {
  using usage = vk::BufferUsageFlagBits;
  return usage::eStorageBuffer | usage::eUniformBuffer | usage::eTransferSrc | usage::eTransferDst |
         usage::eShaderDeviceAddress;
}

} // namespace

memory_pool::memory_pool(vk::raii::Device const& device, vk::raii::PhysicalDevice const& physical,
                         device_info const& info, bool trust_coherent, timeline& time, counters& counts)
    : device_(device), info_(info), time_(time), counts_(counts), properties_(physical.getMemoryProperties()),
      atom_bytes_(physical.getProperties().limits.nonCoherentAtomSize), trust_coherent_(trust_coherent) {
  auto& [on_device, upload, readback] = types_;
  if (info.features.unified_memory) {
    auto const all = property::eDeviceLocal | property::eHostVisible | property::eHostCached;
    on_device = upload = readback = choose_type(properties_, all, {property::eHostCoherent});
    return;
  }
  on_device = choose_type(properties_, property::eDeviceLocal, {});
  upload = choose_type(properties_, property::eHostVisible | property::eHostCoherent, {});
  readback =
      choose_type(properties_, property::eHostVisible, {property::eHostCached, property::eHostCoherent});
}

block memory_pool::acquire(memory_use use, std::uint64_t size_bytes) {
  auto const class_size = size_class(size_bytes);
  std::lock_guard const lock{mutex_};
  block result;
  if (!take_free(use, class_size, result))
    result = carve(use, class_size);
  ++result.owner->live_blocks;
  counts_.bytes_in_use += result.size;
  return result;
}

/// The oldest free block of the class, if the device is past it. Large ones may be up to a quarter larger
/// than asked for.
bool memory_pool::take_free(memory_use use, std::uint64_t class_size, block& result) {
  auto& lists = free_[index_of(use)];
  auto const limit = class_size > largest_shared_bytes ? class_size + class_size / 4 : class_size;
  for (auto at = lists.lower_bound(class_size); at != lists.end() && at->first <= limit; ++at) {
    auto& list = at->second;
    if (list.empty() || !time_.reached(list.front().last_use))
      continue;
    result = list.front().what;
    list.pop_front();
    return true;
  }
  return false;
}

block memory_pool::carve(memory_use use, std::uint64_t class_size) {
  if (class_size > largest_shared_bytes) {
    auto& own = add_slab(use, class_size);
    own.used = class_size;
    return {&own, 0, class_size};
  }
  auto*& current = current_[index_of(use)];
  if (current == nullptr || current->used + class_size > current->size)
    current = &add_slab(use, slab_bytes);
  block const result{current, current->used, class_size};
  current->used += class_size;
  return result;
}

slab& memory_pool::add_slab(memory_use use, std::uint64_t size_bytes) {
  try {
    slabs_.push_back(make_slab(use, size_bytes));
  } catch (error const& failure) {
    if (failure.vk_result() != VK_ERROR_OUT_OF_DEVICE_MEMORY &&
        failure.vk_result() != VK_ERROR_OUT_OF_HOST_MEMORY)
      throw;
    time_.wait(time_.last_submitted()); // what is still in use by submitted work can be given back then
    trim_locked();
    slabs_.push_back(make_slab(use, size_bytes));
  }
  counts_.device_bytes += size_bytes;
  return slabs_.back();
}

slab memory_pool::make_slab(memory_use use, std::uint64_t size_bytes) {
  slab made;
  made.size = size_bytes;
  made.use = use;
  auto const type = types_[index_of(use)];
  time_.call("vkCreateBuffer", [&] {
    made.buffer = vk::raii::Buffer{device_, vk::BufferCreateInfo{{}, size_bytes, slab_usage()}};
  });
  time_.call("vkAllocateMemory", [&] {
    auto const needed = made.buffer.getMemoryRequirements();
    if ((needed.memoryTypeBits >> type & 1U) == 0)
      throw error("choosing a memory type for buffers", VK_ERROR_FEATURE_NOT_PRESENT);
    vk::StructureChain<vk::MemoryAllocateInfo, vk::MemoryAllocateFlagsInfo> const info{
        {needed.size, type}, {vk::MemoryAllocateFlagBits::eDeviceAddress}};
    made.memory = vk::raii::DeviceMemory{device_, info.get()};
    ++counts_.device_allocations;
  });
  time_.call("vkBindBufferMemory", [&] { made.buffer.bindMemory(*made.memory, 0); });
  made.address = device_.getBufferAddress({*made.buffer});
  auto const flags = properties_.memoryTypes[type].propertyFlags;
  made.coherent = trust_coherent_ && bool(flags & property::eHostCoherent);
  if (info_.features.unified_memory || use != memory_use::device)
    made.mapped = static_cast<std::byte*>(
        time_.call("vkMapMemory", [&] { return made.memory.mapMemory(0, VK_WHOLE_SIZE); }));
  return made;
}

void memory_pool::release(block const& freed, ticket last_use) noexcept {
  std::lock_guard const lock{mutex_};
  --freed.owner->live_blocks;
  counts_.bytes_in_use -= freed.size;
  free_[index_of(freed.owner->use)][freed.size].push_back({freed, last_use});
}

void memory_pool::trim() {
  std::lock_guard const lock{mutex_};
  trim_locked();
}

void memory_pool::trim_locked() {
  auto const busy = [&](slab const& one) {
    for (auto const& [size, list] : free_[index_of(one.use)])
      for (auto const& entry : list)
        if (entry.what.owner == &one && !time_.reached(entry.last_use))
          return true;
    return one.live_blocks != 0;
  };
  for (auto at = slabs_.begin(); at != slabs_.end();) {
    if (busy(*at)) {
      ++at;
      continue;
    }
    for (auto& [size, list] : free_[index_of(at->use)])
      std::erase_if(list, [&](free_block const& entry) { return entry.what.owner == &*at; });
    if (current_[index_of(at->use)] == &*at)
      current_[index_of(at->use)] = nullptr;
    counts_.device_bytes -= at->size;
    at = slabs_.erase(at);
  }
}

vk::MappedMemoryRange memory_pool::mapped_range(block const& of, std::uint64_t offset,
                                                std::uint64_t size) const {
  auto const first = (of.offset + offset) / atom_bytes_ * atom_bytes_;
  auto const last =
      std::min((of.offset + offset + size + atom_bytes_ - 1) / atom_bytes_ * atom_bytes_, of.owner->size);
  return {*of.owner->memory, first, last - first};
}

void memory_pool::flush(block const& of, std::uint64_t offset, std::uint64_t size) {
  if (of.owner->coherent || size == 0)
    return;
  time_.call("vkFlushMappedMemoryRanges",
             [&] { device_.flushMappedMemoryRanges(mapped_range(of, offset, size)); });
}

void memory_pool::invalidate(block const& of, std::uint64_t offset, std::uint64_t size) {
  if (of.owner->coherent || size == 0)
    return;
  time_.call("vkInvalidateMappedMemoryRanges",
             [&] { device_.invalidateMappedMemoryRanges(mapped_range(of, offset, size)); });
}

} // namespace tandem::gpu::detail
