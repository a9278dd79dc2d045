// A Vulkan layer that makes the N-th device call of a process fail. It sits between the loader and the
// driver; the test arms it through tandem_fault_arm(), found with dlsym. One process, one driver: the next
// functions are kept in one table.
#define VK_NO_PROTOTYPES
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#include <atomic>
#include <cstring>
#include <string_view>

#define LAYER_API extern "C" __attribute__((visibility("default")))

namespace {

std::atomic<long> calls_left{-1}; // the call that brings it to zero fails; negative: none does
std::atomic<long> calls_seen{0};
std::atomic<int> failure{VK_ERROR_DEVICE_LOST};
std::atomic<bool> lasting{false}; // every call after it fails too, as after a lost device

PFN_vkGetInstanceProcAddr next_instance_proc = nullptr;
PFN_vkGetDeviceProcAddr next_device_proc = nullptr;

bool fails_now() {
  ++calls_seen;
  if (lasting && calls_left.load() == 0)
    return true;
  return calls_left.load() > 0 && --calls_left == 0;
}

// Every device call that returns a VkResult and that a user of compute may make.
#define FOR_EACH_CALL(X)                                                                                     \
  X(AllocateMemory)                                                                                          \
  X(MapMemory)                                                                                               \
  X(FlushMappedMemoryRanges)                                                                                 \
  X(InvalidateMappedMemoryRanges)                                                                            \
  X(BindBufferMemory)                                                                                        \
  X(CreateBuffer)                                                                                            \
  X(CreateSemaphore)                                                                                         \
  X(CreateQueryPool)                                                                                         \
  X(GetQueryPoolResults)                                                                                     \
  X(CreateShaderModule)                                                                                      \
  X(CreatePipelineCache)                                                                                     \
  X(CreateComputePipelines)                                                                                  \
  X(CreatePipelineLayout)                                                                                    \
  X(CreateDescriptorSetLayout)                                                                               \
  X(CreateDescriptorPool)                                                                                    \
  X(AllocateDescriptorSets)                                                                                  \
  X(CreateCommandPool)                                                                                       \
  X(ResetCommandPool)                                                                                        \
  X(AllocateCommandBuffers)                                                                                  \
  X(BeginCommandBuffer)                                                                                      \
  X(EndCommandBuffer)                                                                                        \
  X(QueueSubmit)                                                                                             \
  X(WaitSemaphores)                                                                                          \
  X(GetSemaphoreCounterValue)                                                                                \
  X(GetMemoryHostPointerPropertiesEXT)

enum call_index {
#define X(name) call_##name,
  FOR_EACH_CALL(X)
#undef X
      call_count
};

PFN_vkVoidFunction next_calls[call_count];

template <class Function>
struct wrapper;

template <class... Arguments>
struct wrapper<VkResult(VKAPI_PTR*)(Arguments...)> {
  template <call_index Index>
  static VKAPI_ATTR VkResult VKAPI_CALL call(Arguments... arguments) {
    if (fails_now())
      return static_cast<VkResult>(failure.load());
    return reinterpret_cast<VkResult(VKAPI_PTR*)(Arguments...)>(next_calls[Index])(arguments...);
  }
};

constexpr char const* call_names[] = {
#define X(name) "vk" #name,
    FOR_EACH_CALL(X)
#undef X
};

PFN_vkVoidFunction our_call(int index) {
  PFN_vkVoidFunction const ours[] = {
#define X(name) reinterpret_cast<PFN_vkVoidFunction>(&wrapper<PFN_vk##name>::call<call_##name>),
      FOR_EACH_CALL(X)
#undef X
  };
  return ours[index];
}

/// The link of this layer in the chain that the loader hands over; moved on for the next one.
template <class LinkInfo, class CreateInfo>
LinkInfo* chain_link(CreateInfo const* info, VkStructureType type) {
  auto* at = const_cast<LinkInfo*>(static_cast<LinkInfo const*>(info->pNext));
  while (at != nullptr && !(at->sType == type && at->function == VK_LAYER_LINK_INFO))
    at = const_cast<LinkInfo*>(static_cast<LinkInfo const*>(at->pNext));
  return at;
}

VKAPI_ATTR VkResult VKAPI_CALL create_instance(VkInstanceCreateInfo const* info,
                                               VkAllocationCallbacks const* allocator, VkInstance* instance) {
  auto* const link =
      chain_link<VkLayerInstanceCreateInfo>(info, VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO);
  if (link == nullptr)
    return VK_ERROR_INITIALIZATION_FAILED;
  next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  link->u.pLayerInfo = link->u.pLayerInfo->pNext;
  auto const create = reinterpret_cast<PFN_vkCreateInstance>(next_instance_proc(nullptr, "vkCreateInstance"));
  return create(info, allocator, instance);
}

VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical, VkDeviceCreateInfo const* info,
                                             VkAllocationCallbacks const* allocator, VkDevice* device) {
  auto* const link = chain_link<VkLayerDeviceCreateInfo>(info, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
  if (link == nullptr || fails_now())
    return link == nullptr ? VK_ERROR_INITIALIZATION_FAILED : static_cast<VkResult>(failure.load());
  auto const next_instance = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  next_device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
  link->u.pLayerInfo = link->u.pLayerInfo->pNext;
  auto const create = reinterpret_cast<PFN_vkCreateDevice>(next_instance(nullptr, "vkCreateDevice"));
  auto const result = create(physical, info, allocator, device);
  if (result == VK_SUCCESS)
    for (int i = 0; i < call_count; ++i)
      next_calls[i] = next_device_proc(*device, call_names[i]);
  return result;
}

} // namespace

LAYER_API VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fault_GetDeviceProcAddr(VkDevice device,
                                                                           char const* name) {
  if (std::string_view{name} == "vkGetDeviceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&fault_GetDeviceProcAddr);
  for (int i = 0; i < call_count; ++i)
    if (std::string_view{name} == call_names[i])
      return next_calls[i] == nullptr ? nullptr : our_call(i);
  return next_device_proc(device, name);
}

LAYER_API VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fault_GetInstanceProcAddr(VkInstance instance,
                                                                             char const* name) {
  std::string_view const wanted{name};
  if (wanted == "vkGetInstanceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&fault_GetInstanceProcAddr);
  if (wanted == "vkCreateInstance")
    return reinterpret_cast<PFN_vkVoidFunction>(&create_instance);
  if (wanted == "vkCreateDevice")
    return reinterpret_cast<PFN_vkVoidFunction>(&create_device);
  if (wanted == "vkGetDeviceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&fault_GetDeviceProcAddr);
  return next_instance_proc == nullptr ? nullptr : next_instance_proc(instance, name);
}

LAYER_API VKAPI_ATTR VkResult VKAPI_CALL
vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface* interface) {
  interface->loaderLayerInterfaceVersion = 2;
  interface->pfnGetInstanceProcAddr = &fault_GetInstanceProcAddr;
  interface->pfnGetDeviceProcAddr = &fault_GetDeviceProcAddr;
  interface->pfnGetPhysicalDeviceProcAddr = nullptr;
  return VK_SUCCESS;
}

/// Makes the `nth` call from now (1: the next) fail with `result`, and all after it if `lasts`; 0: none.
/// Returns the calls seen since the last time.
LAYER_API long tandem_fault_arm(long nth, int result, bool lasts) {
  failure = result;
  lasting = lasts && nth > 0;
  calls_left = nth > 0 ? nth : -1;
  return calls_seen.exchange(0);
}
