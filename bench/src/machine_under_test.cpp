#include "machine_under_test.hpp"

#include "calibrate.hpp"
#include "machine_info.hpp"

#include <tandem/gpu.hpp>

#include <iostream>

namespace tandem_bench {
namespace {

tandem::runtime_options one_thread() {
  tandem::runtime_options alone;
  alone.threads = 1;
  alone.device = "cpu";
  return alone;
}

tandem::runtime_options with_device(std::string const& device) {
  tandem::runtime_options together;
  together.device = device.empty() ? "cpu" : device;
  return together;
}

void describe_device(machine& where, std::string const& uuid) {
  for (tandem::gpu::device_info const& device : tandem::gpu::list_devices()) {
    if (device.uuid == uuid) {
      where.gpu = device.name + (device.software() ? " (a software device)" : "");
      where.driver = device.driver + " " + device.driver_version;
    }
  }
}

bool is_calibrated(tandem::profile const& known) {
  for (tandem::device_profile const& device : known.devices) {
    if (device.origin == tandem::source::assumed) {
      return false;
    }
  }
  return known.cpu.origin != tandem::source::assumed;
}

} // namespace

machine_under_test::machine_under_test(common_options const& common)
    : device_(device_to_measure(common.device)), serial_(one_thread()),
      all_(with_device(device_)), where_{serial_, all_, !device_.empty()} {
  if (where_.gpu) {
    all_.find_device();
  }
  if (!is_calibrated(all_.current_profile())) {
    if (!common.quiet) {
      std::cerr << "calibrating the cost model for this machine, once\n";
    }
    calibrate(all_, 1.5, common.quiet);
  }
  description_ = this_machine(all_.threads());
  describe_device(description_, device_);
}

} // namespace tandem_bench
