#pragma once

#include <tandem/decision.hpp>
#include <tandem/gpu/device.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tandem::detail {

/// The GPUs of one runtime: found at first need, in the background for `automatic`; one that fails is left
/// alone for a while, one that is lost is opened anew. Several are candidates side by side.
class device_set {
 public:
  /// `changed` is called, from whichever thread noticed, once devices are known and whenever one fails or
  /// recovers. Throws std::invalid_argument only when devices are looked for, since the selector may name
  /// one.
  device_set(std::string selector, std::function<void()> changed);
  ~device_set();

  /// Starts looking in the background unless that was done before. Blocks only for a device that the settings
  /// name, and does nothing on a machine that has no GPU hardware.
  void look_in_background() noexcept;

  /// Looks now if need be, waits for a look that is under way.
  void look();

  bool known() const noexcept { return known_.load(std::memory_order_acquire); }

  /// How many devices there are; before that is known, how many the settings name.
  std::size_t expected() const noexcept;

  /// Position of the device that `on_gpu` uses when no other is better; the one of the thread's device_choice,
  /// if it has made one. Looks if need be, and opens anew what was lost. Throws no_device_error with every device and why it was passed over, or std::invalid_argument
  /// for a selector that matches nothing.
  int required_index();

  /// Only after known(). A handle that stays good even if the device is lost and replaced meanwhile.
  gpu::device at(int index);
  bool lost(int index);

  /// One entry per opened device, for decide().
  std::vector<device_state> states();
  std::vector<device_profile> assumed_profiles();

  /// What a call finds at each device now: work that waits there, data that lives on another one.
  void complete(request& asked, double resident_bytes, std::uint64_t resident_on) const noexcept;

  /// Leaves the device alone for a back-off that doubles with each failure in a row, from 1 s to 5 min.
  void failed(int index, std::string_view why) noexcept;
  void succeeded(int index) noexcept;

  /// The back-off of a failed device has just ended: states() is worth asking again. One that was lost is
  /// opened anew in the background and stays failed until that is done.
  bool retry_due() noexcept;

  /// What the last failure of the device said; empty if it has not failed or has worked since.
  std::string last_failure(int index);

 private:
  friend class queued_work;
  using clock = std::chrono::steady_clock;

  struct entry {
    gpu::device device; ///< guarded by the set's mutex
    std::string selector;
    bool admitted = false;
    std::atomic<std::uint64_t> id;
    std::atomic<unsigned> failures{0};
    std::atomic<std::int64_t> queued_ns{0};
    clock::time_point retry_at{};
    std::string last_failure;

    entry(gpu::device opened, std::string its_selector, bool allowed)
        : device(std::move(opened)), selector(std::move(its_selector)), admitted(allowed), id(device.id()) {}
  };

  void find() noexcept;
  void open_all();
  void revive(entry& lost);
  void revive_lost() noexcept;
  void schedule_retry_locked() noexcept;
  bool in_background(std::function<void()> job) noexcept;

  std::string selector_;
  std::function<void()> changed_;
  std::mutex mutex_;
  std::once_flag once_;
  std::atomic<bool> known_{false};
  std::atomic<bool> asked_{false};
  std::atomic<clock::rep> next_retry_{0}; ///< 0: nothing failed
  std::exception_ptr why_none_;
  std::vector<std::unique_ptr<entry>> entries_;
  std::mutex background_mutex_;
  std::atomic<bool> background_busy_{false};
  std::thread background_;
};

/// While this lives, this thread's calls on_gpu run on one device of their runtime, where that can run them. A negative
/// index leaves the choice open.
class device_choice {
 public:
  explicit device_choice(int index) noexcept;
  ~device_choice();
  device_choice(device_choice const&) = delete;
  device_choice& operator=(device_choice const&) = delete;

  static int current() noexcept; ///< negative: none

 private:
  int const before_;
};

/// A call that a device has been given and has not finished, while this lives.
class queued_work {
 public:
  queued_work(device_set& set, int index, candidate const& way) noexcept;
  ~queued_work();
  queued_work(queued_work const&) = delete;
  queued_work& operator=(queued_work const&) = delete;

 private:
  std::atomic<std::int64_t>* total_;
  std::int64_t mine_ns_;
};

} // namespace tandem::detail
