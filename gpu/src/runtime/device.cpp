// The devices that are open, and opening them.
#include "../compile/glsl.hpp"
#include "../compile/kernel_cache.hpp"
#include "arithmetic_probe.hpp"
#include "background.hpp"
#include "driver_manifests.hpp"
#include "given_up.hpp"
#include "instance.hpp"
#include "settings.hpp"

#include <cstdlib>

namespace tandem::gpu {
namespace {

/// Opened devices by their index. Never destroyed: drivers must not be called after their own exit handlers.
struct open_devices {
  std::mutex mutex;
  std::map<std::size_t, std::shared_ptr<detail::engine>> engines;
};

open_devices& registry() {
  static auto& the_registry = *new open_devices;
  return the_registry;
}

/// Ends our threads, and waits a little for the software drivers', before the drivers' exit handlers run:
/// registered after the drivers were loaded.
void stop_threads_at_exit() {
  static int const registered = std::atexit([] {
    detail::stop_background();
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{2};
    std::lock_guard const lock{registry().mutex};
    for (auto const& [index, engine] : registry().engines) {
      engine->context().time.stop_waiter();
      detail::settle(engine->context(), end);
    }
    detail::settle_given_up(end);
  });
  static_cast<void>(registered);
}

std::shared_ptr<detail::engine> create(std::size_t index, detail::device_mask const& without = {}) {
  auto const& found = detail::found_devices()[index];
  auto created = detail::vulkan_call("opening the device", [&] {
    return std::make_shared<detail::engine>(
        std::make_unique<detail::device_context>(found.physical, found.info, without));
  });
  created->context().info.arithmetic = detail::arithmetic_of(*created);
  stop_threads_at_exit();
  return created;
}

std::shared_ptr<detail::engine> open_index(std::size_t index) {
  auto& [mutex, engines] = registry();
  std::lock_guard const lock{mutex};
  auto& entry = engines[index];
  if (entry == nullptr || entry->lost())
    entry = create(index);
  return entry;
}

} // namespace

void detail::prepare_to_compile() {
  if (no_kernel_on_disk() && driver_installed())
    warm_glslang_in_background();
}

std::vector<device_info> list_devices() {
  std::vector<device_info> list;
  for (auto const& found : detail::found_devices())
    list.push_back(found.info);
  auto& [mutex, engines] = registry();
  std::lock_guard const lock{mutex};
  for (auto const& [index, engine] : engines)
    if (engine != nullptr)
      list[index] = engine->info();
  return list;
}

device device::open(std::string_view selection) {
  detail::prepare_to_compile();
  auto devices = list_devices();
  if (devices.empty())
    throw no_device_error("no GPU for selection '" + std::string{selection} + "': " + why_no_devices());
  for (;;) {
    auto const index = select_device(devices, selection);
    try {
      return device{open_index(index)};
    } catch (error const& failure) {
      devices[index].refused = std::string{"it could not be opened: "} + failure.what();
    }
  }
}

device detail::open_masked(std::string_view selection, device_mask const& without) {
  detail::prepare_to_compile();
  auto created = create(select_device(list_devices(), selection), without);
  return device{std::move(created)};
}

device device::open_default() {
  auto const selection = detail::setting("TANDEM_DEVICE");
  return open(selection.empty() ? "auto" : selection);
}

device_info const& device::info() const noexcept {
  return engine_->info();
}
device_statistics device::statistics() const {
  return engine_->statistics();
}
void device::wait_idle() const {
  engine_->wait(engine_->last_submitted());
}
bool device::lost() const noexcept {
  return engine_->lost();
}
std::uint64_t device::id() const noexcept {
  return engine_->id();
}

} // namespace tandem::gpu
