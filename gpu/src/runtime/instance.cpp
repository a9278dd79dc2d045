#include "instance.hpp"

#include "settings.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

namespace tandem::gpu {
namespace detail {
namespace {

struct message_sink {
  std::mutex mutex;
  std::vector<std::string> messages;
};

message_sink& sink() {
  static auto& the_sink = *new message_sink; // outlives every driver thread that might still report
  return the_sink;
}

VKAPI_ATTR VkBool32 VKAPI_CALL collect_message(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                               VkDebugUtilsMessageTypeFlagsEXT,
                                               VkDebugUtilsMessengerCallbackDataEXT const* data, void*) {
  auto& [mutex, messages] = sink();
  std::lock_guard const lock{mutex};
  messages.emplace_back(data->pMessage);
  return VK_FALSE;
}

/// The instance and what it hangs on. Never destroyed: drivers are unloaded in an order that no static
/// destructor can rely on.
struct instance_state {
  vk::raii::Context loader;
  std::optional<vk::raii::Instance> instance;
  std::optional<vk::raii::DebugUtilsMessengerEXT> messenger;
  std::vector<found_device> devices;
};

struct discovery {
  std::optional<instance_state> state;
  std::string failure;
};

bool offers(std::vector<vk::ExtensionProperties> const& extensions, std::string_view name) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](auto const& extension) { return name == extension.extensionName.data(); });
}

vk::DebugUtilsMessengerCreateInfoEXT messenger_info() {
  using severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
  using type = vk::DebugUtilsMessageTypeFlagBitsEXT;
  return {{}, severity::eWarning | severity::eError, type::eValidation | type::ePerformance, collect_message};
}

void require_validation_layer(vk::raii::Context const& loader) {
  for (auto const& layer : loader.enumerateInstanceLayerProperties())
    if (std::string_view{"VK_LAYER_KHRONOS_validation"} == layer.layerName.data())
      return;
  throw no_device_error("TANDEM_VALIDATION is 1, but the layer VK_LAYER_KHRONOS_validation is not installed");
}

void create_instance(instance_state& state) {
  bool const validate = flag_setting("TANDEM_VALIDATION");
  auto const extensions = state.loader.enumerateInstanceExtensionProperties();
  std::vector<char const*> layers;
  std::vector<char const*> wanted;
  vk::InstanceCreateInfo info;
  if (validate) {
    require_validation_layer(state.loader);
    layers.push_back("VK_LAYER_KHRONOS_validation");
    wanted.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
  }
  if (offers(extensions, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME)) {
    wanted.push_back(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);
    info.flags |= vk::InstanceCreateFlagBits::eEnumeratePortabilityKHR;
  }
  auto const version = std::min<std::uint32_t>(state.loader.enumerateInstanceVersion(), VK_API_VERSION_1_3);
  vk::ApplicationInfo const application{
      "tandem", 0, "tandem", VK_MAKE_API_VERSION(0, TANDEM_VERSION_MAJOR, TANDEM_VERSION_MINOR, 0), version};
  info.setPApplicationInfo(&application).setPEnabledLayerNames(layers).setPEnabledExtensionNames(wanted);
  state.instance.emplace(state.loader, info);
  if (validate)
    state.messenger.emplace(*state.instance, messenger_info());
}

int rank(device_info const& info) {
  int const kinds = 5;
  int const penalty = info.usable() ? 0 : kinds;
  switch (info.kind) {
  case device_kind::discrete:
    return penalty;
  case device_kind::integrated:
    return penalty + 1;
  case device_kind::virtualised:
    return penalty + 2;
  case device_kind::other:
    return penalty + 3;
  case device_kind::cpu:
    break;
  }
  return penalty + 4;
}

void find_devices(instance_state& state) {
  for (auto& physical : vk::raii::PhysicalDevices{*state.instance}) {
    auto info = describe_device(physical);
    state.devices.push_back({std::move(physical), std::move(info)});
  }
  std::stable_sort(state.devices.begin(), state.devices.end(),
                   [](found_device const& a, found_device const& b) {
                     if (rank(a.info) != rank(b.info))
                       return rank(a.info) < rank(b.info);
                     return a.info.device_memory_bytes > b.info.device_memory_bytes;
                   });
  for (unsigned i = 0; i < state.devices.size(); ++i)
    state.devices[i].info.index = i;
}

discovery discover() {
  discovery result;
  try {
    result.state.emplace();
  } catch (std::runtime_error const&) {
    result.state.reset();
    result.failure = "there is no Vulkan loader (libvulkan.so.1)";
    return result;
  }
  try {
    create_instance(*result.state);
    find_devices(*result.state);
    if (result.state->devices.empty())
      result.failure = "no Vulkan driver shows a device";
  } catch (vk::IncompatibleDriverError const&) {
    result.failure = "there is no Vulkan driver";
  } catch (vk::SystemError const& failure) {
    result.failure = std::string{"Vulkan could not start: "} + failure.what();
  }
  return result;
}

discovery& discovered() {
  static auto& the_discovery = *new discovery{discover()};
  return the_discovery;
}

} // namespace

std::vector<found_device> const& found_devices() {
  static std::vector<found_device> const none;
  auto const& found = discovered();
  return found.state ? found.state->devices : none;
}

} // namespace detail

std::string why_no_devices() {
  return detail::discovered().failure;
}

std::vector<std::string> take_validation_messages() {
  auto& [mutex, messages] = detail::sink();
  std::lock_guard const lock{mutex};
  return std::exchange(messages, {});
}

} // namespace tandem::gpu
