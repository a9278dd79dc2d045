// A Vulkan layer that makes the N-th device call of a process fail, come late, or never see the end of work.
// It sits between the loader and the drivers; the test arms it through tandem_fault_arm(), found with dlsym,
// for all devices or for one.
#define VK_NO_PROTOTYPES
#include <vulkan/vk_layer.h>
#include <vulkan/vulkan.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#define LAYER_API extern "C" __attribute__((visibility("default")))

namespace {

// Results from here on are milliseconds that the call comes late, and then it succeeds.
constexpr int delays = 1'000'000;

std::atomic<long> calls_left{-1}; // the call that brings it to zero fails; negative: none does
std::atomic<long> calls_seen{0};
std::atomic<int> failure{VK_ERROR_DEVICE_LOST};
std::atomic<bool> lasting{false}; // every call after it fails too, as after a lost device
std::atomic<bool> hanging{false}; // work is submitted and never gets finished, as far as anybody can tell
std::mutex chosen_mutex;
std::string chosen_device; // only calls of devices whose name contains it count

PFN_vkGetInstanceProcAddr next_instance_proc = nullptr;
VkInstance the_instance = VK_NULL_HANDLE;

bool fails_now() {
  ++calls_seen;
  if (hanging)
    return false;
  if (lasting && calls_left.load() == 0)
    return true;
  return calls_left.load() > 0 && --calls_left == 0;
}

/// What a call that fails returns; VK_SUCCESS when it only comes late.
VkResult failing_result() {
  int const result = failure.load();
  if (result < delays)
    return static_cast<VkResult>(result);
  std::this_thread::sleep_for(std::chrono::milliseconds(result - delays));
  return VK_SUCCESS;
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

/// What lies below for one device, found by the loader's key at the start of each of its handles.
struct device_table {
  std::atomic<void*> key{nullptr};
  bool chosen = false;
  PFN_vkGetDeviceProcAddr next_proc = nullptr;
  PFN_vkVoidFunction calls[call_count] = {};
};

std::array<device_table, 64> tables; // slots are taken anew when a device's key comes again
std::mutex tables_mutex;

device_table* table_of(void const* dispatchable) {
  void* const key = *static_cast<void* const*>(dispatchable);
  for (auto& each : tables)
    if (each.key.load(std::memory_order_acquire) == key)
      return &each;
  return nullptr;
}

template <class Function>
struct wrapper;

template <class Handle, class... Arguments>
struct wrapper<VkResult(VKAPI_PTR*)(Handle, Arguments...)> {
  using function = VkResult(VKAPI_PTR*)(Handle, Arguments...);
  template <call_index Index>
  static VKAPI_ATTR VkResult VKAPI_CALL call(Handle handle, Arguments... arguments) {
    auto const* const table = table_of(handle);
    if (table->chosen && fails_now())
      if (auto const result = failing_result(); result != VK_SUCCESS)
        return result;
    if constexpr (Index == call_WaitSemaphores || Index == call_GetSemaphoreCounterValue)
      if (table->chosen && hanging)
        return hang(arguments...);
    return reinterpret_cast<function>(table->calls[Index])(handle, arguments...);
  }

 private:
  static VkResult hang(VkSemaphoreWaitInfo const*, std::uint64_t timeout_ns) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(timeout_ns));
    return VK_TIMEOUT;
  }
  static VkResult hang(VkSemaphore, std::uint64_t* value) {
    *value = 0;
    return VK_SUCCESS;
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
  auto const result = create(info, allocator, instance);
  if (result == VK_SUCCESS)
    the_instance = *instance;
  return result;
}

bool is_chosen(VkPhysicalDevice physical) {
  std::lock_guard const lock{chosen_mutex};
  if (chosen_device.empty())
    return true;
  auto const describe = reinterpret_cast<PFN_vkGetPhysicalDeviceProperties>(
      next_instance_proc(the_instance, "vkGetPhysicalDeviceProperties"));
  VkPhysicalDeviceProperties properties{};
  describe(physical, &properties);
  return std::string_view{properties.deviceName}.find(chosen_device) != std::string_view::npos;
}

void fill_table(VkDevice device, bool chosen, PFN_vkGetDeviceProcAddr next_proc) {
  std::lock_guard const lock{tables_mutex};
  void* const key = *reinterpret_cast<void**>(device);
  auto* table = table_of(device);
  for (std::size_t i = 0; table == nullptr && i < tables.size(); ++i)
    if (tables[i].key.load() == nullptr)
      table = &tables[i];
  if (table == nullptr)
    std::abort(); // more devices alive than a test has any use for
  table->chosen = chosen;
  table->next_proc = next_proc;
  for (int i = 0; i < call_count; ++i)
    table->calls[i] = next_proc(device, call_names[i]);
  table->key.store(key, std::memory_order_release);
}

VKAPI_ATTR void VKAPI_CALL destroy_device(VkDevice device, VkAllocationCallbacks const* allocator) {
  if (device == VK_NULL_HANDLE)
    return;
  auto* const table = table_of(device);
  auto const destroy = reinterpret_cast<PFN_vkDestroyDevice>(table->next_proc(device, "vkDestroyDevice"));
  {
    std::lock_guard const lock{tables_mutex};
    table->key.store(nullptr);
  }
  destroy(device, allocator);
}

VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical, VkDeviceCreateInfo const* info,
                                             VkAllocationCallbacks const* allocator, VkDevice* device) {
  auto* const link = chain_link<VkLayerDeviceCreateInfo>(info, VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO);
  if (link == nullptr)
    return VK_ERROR_INITIALIZATION_FAILED;
  bool const chosen = is_chosen(physical);
  if (chosen && fails_now())
    if (auto const result = failing_result(); result != VK_SUCCESS)
      return result;
  auto const next_instance = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
  auto const next_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
  link->u.pLayerInfo = link->u.pLayerInfo->pNext;
  auto const create = reinterpret_cast<PFN_vkCreateDevice>(next_instance(nullptr, "vkCreateDevice"));
  auto const result = create(physical, info, allocator, device);
  if (result == VK_SUCCESS)
    fill_table(*device, chosen, next_proc);
  return result;
}

} // namespace

LAYER_API VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fault_GetDeviceProcAddr(VkDevice device,
                                                                           char const* name) {
  if (std::string_view{name} == "vkGetDeviceProcAddr")
    return reinterpret_cast<PFN_vkVoidFunction>(&fault_GetDeviceProcAddr);
  if (std::string_view{name} == "vkDestroyDevice")
    return reinterpret_cast<PFN_vkVoidFunction>(&destroy_device);
  auto const* const table = table_of(device);
  for (int i = 0; i < call_count; ++i)
    if (std::string_view{name} == call_names[i])
      return table->calls[i] == nullptr ? nullptr : our_call(i);
  return table->next_proc(device, name);
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

/// Makes the `nth` call from now (1: the next) fail with `result`, and all after it if `lasts`; 0: none. A
/// result of VK_TIMEOUT: no call fails, but nothing submitted is seen to finish until the next call of this;
/// one of 1,000,000 + m: the call comes m milliseconds late. Returns the calls seen since the last time.
LAYER_API long tandem_fault_arm(long nth, int result, bool lasts) {
  failure = result;
  hanging = nth > 0 && result == VK_TIMEOUT;
  lasting = lasts && nth > 0;
  calls_left = nth > 0 && !hanging ? nth : -1;
  return calls_seen.exchange(0);
}

/// From now on only calls of devices opened later whose name contains `part` count and fail; empty: of all
/// devices.
LAYER_API void tandem_fault_choose(char const* part) {
  std::lock_guard const lock{chosen_mutex};
  chosen_device = part;
}
