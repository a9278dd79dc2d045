// tandem-bench devices: every Vulkan device, what it can do, or why it cannot be used.
#include "commands.hpp"
#include "tool_files.hpp"

#include <tandem/gpu.hpp>

#include <iostream>
#include <memory>

namespace tandem_bench {
namespace {

std::string bytes(std::uint64_t count) {
  return std::to_string(count >> 20U) + " MiB";
}

std::string yes_no(bool value) {
  return value ? "yes" : "no";
}

void print_device(tandem::gpu::device_info const& device) {
  std::cout << '[' << device.index << "] " << device.name << " (" << name_of(device.kind) << ", "
            << device.vendor << ")\n"
            << "    driver        " << device.driver << ' ' << device.driver_version << ", Vulkan "
            << device.api_version << "\n    UUID          " << device.uuid << '\n';
  if (!device.usable()) {
    std::cout << "    not usable    " << device.refused << '\n';
    return;
  }
  std::cout << "    memory        " << bytes(device.device_memory_bytes) << " of its own, "
            << bytes(device.shared_memory_bytes) << " shared, allocations up to "
            << bytes(device.limits.max_allocation_bytes) << "\n    subgroup      "
            << device.limits.subgroup_size << ", workgroup up to " << device.limits.max_group_invocations
            << ", shared memory " << device.limits.shared_memory_bytes / 1024
            << " KiB\n    types         int64 " << yes_no(device.features.int64) << ", float64 "
            << yes_no(device.features.float64) << ", float16 " << yes_no(device.features.float16) << ", int8 "
            << yes_no(device.features.int8) << '\n';
  if (device.arithmetic.tested) {
    std::cout << "    arithmetic    exact division " << yes_no(device.arithmetic.exact_division32)
              << ", exact sqrt " << yes_no(device.arithmetic.exact_sqrt32) << ", subnormals kept "
              << yes_no(device.arithmetic.keeps_subnormals32) << '\n';
  }
}

} // namespace

std::string device_to_measure(std::string const& selection) {
  std::vector<tandem::gpu::device_info> const devices = tandem::gpu::list_devices();
  bool const none = devices.empty() || !devices.front().usable();
  if (selection == "cpu" || (none && selection.empty())) {
    return {};
  }
  return devices.at(tandem::gpu::select_device(devices, selection.empty() ? "auto" : selection)).uuid;
}

void program_files::add_options(CLI::App& command) {
  command.add_option("--json", json, "Also write what was found to this file")->type_name("FILE");
  command.add_option("--csv", csv, "Also write what was found to this file")->type_name("FILE");
}

void add_devices(CLI::App& app, common_options& common) {
  (void)common;
  auto const files = std::make_shared<program_files>();
  CLI::App* const command =
      app.add_subcommand("devices", "Every Vulkan device, best first, or why it cannot be used");
  files->add_options(*command);
  command->callback([files] {
    auto devices = tandem::gpu::list_devices();
    if (devices.empty()) {
      std::cout << "no Vulkan device: " << tandem::gpu::why_no_devices() << '\n';
    }
    for (auto& device : devices) {
      if (device.usable()) { // opening it finds out what its arithmetic promises
        device = tandem::gpu::device::open(device.uuid).info();
      }
      print_device(device);
    }
    files->write([&] { return devices_json(devices); }, [&] { return devices_csv(devices); });
  });
}

} // namespace tandem_bench
