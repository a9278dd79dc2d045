// A device for one test case, which fails if the validation layer has said anything by its end.
#pragma once

#include <tandem/gpu/device.hpp>

#include <catch2/catch.hpp>

#include "runtime/masked.hpp"
#include "support/skip.hpp"

#include <optional>

namespace tandem_test {

/// Opens the driver's device, or notes the skip. Usage: `gpu_session session; if (!session) return;`
class gpu_session {
 public:
  gpu_session() : gpu_session(nullptr) {}
  explicit gpu_session(tandem::gpu::detail::device_mask const& without) : gpu_session(&without) {}
  gpu_session(gpu_session const&) = delete;
  gpu_session& operator=(gpu_session const&) = delete;
  ~gpu_session() {
    for (auto const& message : tandem::gpu::take_validation_messages())
      FAIL_CHECK("validation: " << message);
  }

  explicit operator bool() const noexcept { return device_.has_value(); }
  tandem::gpu::device const& device() const { return *device_; }
  tandem::gpu::detail::engine& engine() const { return device_->engine(); }

 private:
  explicit gpu_session(tandem::gpu::detail::device_mask const* without) {
    tandem::gpu::take_validation_messages();
    try {
      device_ = without == nullptr ? tandem::gpu::device::open()
                                   : tandem::gpu::detail::open_masked("auto", *without);
    } catch (tandem::no_device_error const& none) {
      note_missing_gpu(none.what());
    }
  }

  std::optional<tandem::gpu::device> device_;
};

} // namespace tandem_test
