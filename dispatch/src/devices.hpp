#pragma once

#include <tandem/decision.hpp>
#include <tandem/gpu/device.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tandem::detail {

/// The GPUs of one runtime: found at first need, in the background for `automatic`; one that fails is left alone for a while.
class device_set {
 public:
  /// `changed` is called, from whichever thread noticed, once devices are known and whenever one fails or recovers.
  /// Throws std::invalid_argument only when devices are looked for, since the selector may name one.
  device_set(std::string selector, std::function<void()> changed);
  ~device_set();

  /// Starts looking in the background unless that was done before. Blocks only for a device that the settings name, and does
  /// nothing on a machine that has no GPU hardware.
  void look_in_background() noexcept;

  /// Looks now if need be, waits for a look that is under way.
  void look();

  bool known() const noexcept { return known_.load(std::memory_order_acquire); }

  /// Position of the device that `on_gpu` uses. Looks if need be. Throws no_device_error with every device and why it was passed
  /// over, or std::invalid_argument for a selector that matches nothing.
  int required_index();

  /// Only after known().
  gpu::device& at(int index);

  /// One entry per opened device, for decide().
  std::vector<device_state> states();
  std::vector<device_profile> assumed_profiles();

  /// Leaves the device alone for a back-off that doubles with each failure in a row, from 1 s to 5 min.
  void failed(int index, std::string_view why) noexcept;
  void succeeded(int index) noexcept;

  /// The back-off of a failed device has just ended: states() is worth asking again.
  bool retry_due() noexcept;

  /// What the last failure of the device said; empty if it never failed.
  std::string last_failure(int index);

 private:
  using clock = std::chrono::steady_clock;

  struct entry {
    gpu::device device;
    bool admitted = false;
    std::atomic<unsigned> failures{0};
    clock::time_point retry_at{};
    std::string last_failure;

    entry(gpu::device opened, bool allowed) : device(std::move(opened)), admitted(allowed) {}
  };

  void find() noexcept;

  std::string selector_;
  std::function<void()> changed_;
  std::mutex mutex_;
  std::once_flag once_;
  std::atomic<bool> known_{false};
  std::atomic<bool> asked_{false};
  std::atomic<clock::rep> next_retry_{0}; ///< 0: nothing failed
  std::exception_ptr why_none_;
  std::vector<std::unique_ptr<entry>> entries_;
  std::thread finder_;
};

} // namespace tandem::detail
