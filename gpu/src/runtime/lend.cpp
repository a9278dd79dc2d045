// Host memory lent to the device instead of copied.
#include "context.hpp"

namespace tandem::gpu::detail {
namespace {

constexpr auto handle_type = vk::ExternalMemoryHandleTypeFlagBits::eHostAllocationEXT;

std::uint32_t importable_type(device_context& context, void* host) {
  auto const host_properties = context.device.getMemoryHostPointerPropertiesEXT(handle_type, host);
  auto const properties = context.physical.getMemoryProperties();
  for (std::uint32_t i = 0; i < properties.memoryTypeCount; ++i)
    if (host_properties.memoryTypeBits >> i & 1U)
      return i;
  return properties.memoryTypeCount;
}

} // namespace

bool lending_pays(device_info const& info, std::size_t size_bytes) noexcept {
  // Software devices read host memory as it is, so that lending costs two driver calls against a copy of the
  // range. A discrete device would have to pin the pages first, which was not measured to win.
  constexpr std::size_t smallest_bytes = 64 << 10;
  return info.features.host_import && info.software() && size_bytes >= smallest_bytes;
}

std::optional<lent_memory> lend(device_context& context, void const* host, std::size_t size_bytes) {
  auto const alignment = context.info.limits.import_alignment_bytes;
  auto const address = reinterpret_cast<std::uintptr_t>(host);
  auto const first = address / alignment * alignment;
  auto const size = (address + size_bytes - first + alignment - 1) / alignment * alignment;
  if (size > context.info.limits.max_allocation_bytes)
    return std::nullopt;
  try {
    auto* const base = reinterpret_cast<void*>(first);
    auto const type = importable_type(context, base);
    using usage = vk::BufferUsageFlagBits;
    vk::StructureChain<vk::BufferCreateInfo, vk::ExternalMemoryBufferCreateInfo> const buffer_info{
        {{},
         size,
         usage::eStorageBuffer | usage::eTransferSrc | usage::eTransferDst | usage::eShaderDeviceAddress},
        {handle_type}};
    vk::raii::Buffer buffer{context.device, buffer_info.get()};
    auto const needed = buffer.getMemoryRequirements();
    if (needed.size > size || (needed.memoryTypeBits >> type & 1U) == 0)
      return std::nullopt;
    vk::StructureChain<vk::MemoryAllocateInfo, vk::ImportMemoryHostPointerInfoEXT,
                       vk::MemoryAllocateFlagsInfo> const info{
        {size, type}, {handle_type, base}, {vk::MemoryAllocateFlagBits::eDeviceAddress}};
    vk::raii::DeviceMemory memory{context.device, info.get()};
    buffer.bindMemory(*memory, 0);
    auto const at = context.device.getBufferAddress({*buffer}) + (address - first);
    ++context.counts.host_imports;
    return lent_memory{std::move(memory), std::move(buffer), at};
  } catch (vk::SystemError const&) {
    return std::nullopt; // pages that cannot be lent (read-only ones, say) are copied instead
  }
}

} // namespace tandem::gpu::detail
