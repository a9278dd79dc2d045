// A runtime that is told its GPU does everything in no time, so that `automatic` takes it; and the switch of
// the fault layer.
#pragma once

#include <tandem/gpu.hpp>
#include <tandem/tandem.hpp>

#include <runtime_core.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <unistd.h>

namespace tandem_test {

using arm_function = long (*)(long nth, int result, bool lasts);
using choose_function = void (*)(char const* part);

inline void* fault_layer_symbol(char const* name) {
  char const* const path = std::getenv("TANDEM_FAULT_LAYER");
  void* const layer = path == nullptr ? nullptr : ::dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  return layer == nullptr ? nullptr : ::dlsym(layer, name);
}

/// Null where the layer is not loaded; Vulkan must have started.
inline arm_function find_switch() {
  return reinterpret_cast<arm_function>(fault_layer_symbol("tandem_fault_arm"));
}

/// Its profile says of every device, or of that at `only`, that it needs no time; the CPU is as it is.
inline tandem::profile with_eager_devices(tandem::profile known, int only = -1) {
  for (std::size_t i = 0; i < known.devices.size(); ++i) {
    auto& device = known.devices[i];
    bool const eager = only < 0 || static_cast<std::size_t>(only) == i;
    device.submit_us = eager ? 1e-3 : 1e7;
    device.minimum_kernel_us = 1e-3;
    device.gb_per_s = 1e9;
    device.ns_per_operation = 1e-9;
    device.full_occupancy_n = 1;
    device.upload = {{1, 1e-3}, {1e9, 2e-3}};
    device.download = device.upload;
    device.origin = tandem::source::measured; // only such are kept
  }
  known.cpu.ns_per_operation = 10; // so that no call is too small to be thought about
  return known;
}

/// A folder of its own for profiles, gone with this.
class scratch_folder {
 public:
  scratch_folder()
      : path_(std::filesystem::temp_directory_path() /
              ("tandem-test-" + std::to_string(::getpid()) + "-" + std::to_string(++counter()))) {
    std::filesystem::create_directories(path_);
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(char const* name) const { return (path_ / name).string(); }

 private:
  static int& counter() {
    static int made = 0;
    return made;
  }
  std::filesystem::path path_;
};

/// The index of the first device that can be used, as a setting; empty if there is none.
inline std::string first_device() {
  for (auto const& device : tandem::gpu::list_devices())
    if (device.usable())
      return std::to_string(device.index);
  return {};
}

/// Options of runtimes whose decisions follow from a profile with eager devices.
inline tandem::runtime_options eager_options(scratch_folder const& folder, std::string const& device,
                                             int only = -1) {
  tandem::runtime_options options;
  options.threads = 2;
  options.device = device;
  options.cost = "frozen";
  options.profile = folder.file("profile.json");
  tandem::runtime first{options};
  first.find_device();
  first.core().learn(with_eager_devices(first.current_profile(), only));
  return options;
}

/// The same decisions without any device.
inline tandem::runtime_options on_the_cpu(tandem::runtime_options options) {
  options.device = "cpu";
  return options;
}

/// Calls f() until the last call ran on a GPU: the CPU serves while kernels compile in the background. False:
/// it never did.
template <class F>
bool until_on_gpu(tandem::runtime& where, F const& f) {
  // Far longer than any kernel takes to compile, on a busy machine too.
  auto const last = std::chrono::steady_clock::now() + std::chrono::seconds{120};
  while (std::chrono::steady_clock::now() < last) {
    f();
    if (where.last_decision().where() == tandem::backend::gpu ||
        where.last_decision().where() == tandem::backend::both)
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  UNSCOPED_INFO(where.explain());
  return false;
}

template <class T>
std::vector<unsigned char> bytes_of(std::vector<T> const& values) {
  std::vector<unsigned char> bytes(values.size() * sizeof(T));
  if (!bytes.empty())
    std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}
template <class T>
requires std::is_trivially_copyable_v<T> std::vector<unsigned char> bytes_of(T const& value) {
  return bytes_of(std::vector<T>{value});
}

} // namespace tandem_test
