#pragma once

#include <tandem/config.hpp>

#include <memory>
#include <vector>

namespace tandem::gpu {

namespace detail {
class submission_state;
}

/// The completion of submitted GPU work. Copies refer to the same work; an empty event is done.
class TANDEM_API event {
 public:
  event() noexcept = default;
  /// True when the work has finished.
  bool done() const;
  /// Blocks until the work has finished. Throws gpu::error if the device was lost.
  void wait() const;
  /// How long the device worked, between its own timestamps, in nanoseconds. Waits first. 0 on a device
  /// without timestamps.
  double elapsed_ns() const;
  /// The same for each step of a gpu::batch, in order (the steps after the 62nd as one); independent steps may
  /// have overlapped. Empty on a device without timestamps.
  std::vector<double> steps_ns() const;

  /// @cond internal
  explicit event(std::shared_ptr<detail::submission_state> state) noexcept : state_(std::move(state)) {}
  /// @endcond

 private:
  std::shared_ptr<detail::submission_state> state_;
};

} // namespace tandem::gpu
