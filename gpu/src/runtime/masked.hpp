// Opening a device as if it lacked abilities it has, so that one driver shows every path of the runtime to
// the tests.
#pragma once

#include <tandem/gpu/device.hpp>

namespace tandem::gpu::detail {

struct device_mask {
  bool unified_memory = false;
  bool host_import = false;
  bool push_descriptors = false;
  bool coherent_memory = false;
};

/// As device::open(), but always a device of its own, without the abilities set in `without`.
TANDEM_API device open_masked(std::string_view selection, device_mask const& without);

} // namespace tandem::gpu::detail
