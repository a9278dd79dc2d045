#include "devices.hpp"

#include <tandem/error.hpp>

#include <algorithm>
#include <filesystem>

namespace tandem::detail {
namespace {

/// Whether this machine may have a GPU that is not software, found out without loading a driver. Linux shows each as a device file.
bool hardware_may_exist() {
#if defined(__linux__)
  constexpr char const* files[] = {"/dev/dri", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg", "/dev/mali0", "/dev/kgsl-3d0"};
  return std::any_of(std::begin(files), std::end(files), [](char const* file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
  });
#else
  return true;
#endif
}

constexpr auto first_back_off = std::chrono::seconds{1};
constexpr auto longest_back_off = std::chrono::seconds{300};

std::chrono::seconds back_off(unsigned failures) {
  auto const doublings = std::min(failures, 9u);
  return std::min<std::chrono::seconds>(first_back_off * (1u << doublings), longest_back_off);
}

} // namespace

device_set::device_set(std::string selector, std::function<void()> changed)
    : selector_(std::move(selector)), changed_(std::move(changed)) {}

device_set::~device_set() {
  if (finder_.joinable())
    finder_.join();
}

void device_set::find() noexcept {
  try {
    if (selector_ == "cpu")
      throw no_device_error("the setting TANDEM_DEVICE=cpu (or runtime_options::device) keeps this runtime off every GPU");
    // Whoever names a device, or asks for a GPU at all, wants it even if it is software; `auto` admits real hardware only.
    auto device = gpu::device::open(selector_ == "gpu" ? "auto" : selector_);
    auto const admitted = selector_ != "auto" || !device.info().software();
    std::lock_guard const lock{mutex_};
    entries_.push_back(std::make_unique<entry>(std::move(device), admitted));
  } catch (...) {
    why_none_ = std::current_exception();
  }
  known_.store(true, std::memory_order_release);
}

void device_set::look() {
  std::call_once(once_, [this] {
    find();
    changed_();
  });
}

void device_set::look_in_background() noexcept {
  if (known() || asked_.exchange(true))
    return;
  try {
    if (selector_ != "auto") // asked for by name: worth the wait, once
      return look();
    if (!hardware_may_exist()) // then only software could be found, which `automatic` leaves alone
      return;
    finder_ = std::thread([this] { look(); });
  } catch (std::system_error const&) {
    // No thread to be had: the CPU goes on serving, and the next call asks again.
    asked_.store(false);
  }
}

int device_set::required_index() {
  if (!known())
    look();
  if (entries_.empty())
    std::rethrow_exception(why_none_);
  return 0;
}

gpu::device& device_set::at(int index) { return entries_.at(static_cast<std::size_t>(index))->device; }

std::vector<device_state> device_set::states() {
  std::vector<device_state> all;
  if (!known())
    return all;
  std::lock_guard const lock{mutex_};
  for (auto const& one : entries_) {
    auto const& info = one->device.info();
    all.push_back({.name = info.name,
                   .has_int64 = info.features.int64,
                   .has_float64 = info.features.float64,
                   .admitted = one->admitted,
                   .failed = one->failures.load() != 0 && clock::now() < one->retry_at});
  }
  return all;
}

std::vector<device_profile> device_set::assumed_profiles() {
  std::vector<device_profile> all;
  if (!known())
    return all;
  std::lock_guard const lock{mutex_};
  for (auto const& one : entries_) {
    auto const& info = one->device.info();
    device_profile assumed{.name = info.name, .uuid = info.uuid, .driver = info.driver + " " + info.driver_version};
    if (info.software()) { // a software device shares the CPU's cores and memory
      assumed.submit_us = 150;
      assumed.gb_per_s = 8;
      assumed.ns_per_operation = 0.1;
      assumed.full_occupancy_n = 4096;
    } else if (info.kind == gpu::device_kind::integrated) {
      assumed.gb_per_s = 40;
      assumed.ns_per_operation = 5e-3;
    }
    all.push_back(std::move(assumed));
  }
  return all;
}

void device_set::failed(int index, std::string_view why) noexcept {
  {
    std::lock_guard const lock{mutex_};
    auto& one = *entries_.at(static_cast<std::size_t>(index));
    one.retry_at = clock::now() + back_off(one.failures.fetch_add(1));
    one.last_failure = why;
    next_retry_.store(one.retry_at.time_since_epoch().count());
  }
  changed_();
}

void device_set::succeeded(int index) noexcept {
  if (index < 0 || entries_[static_cast<std::size_t>(index)]->failures.load(std::memory_order_relaxed) == 0)
    return;
  entries_[static_cast<std::size_t>(index)]->failures.store(0);
  changed_();
}

bool device_set::retry_due() noexcept {
  auto due = next_retry_.load(std::memory_order_relaxed);
  return due != 0 && clock::now().time_since_epoch().count() >= due && next_retry_.compare_exchange_strong(due, 0);
}

std::string device_set::last_failure(int index) {
  std::lock_guard const lock{mutex_};
  return entries_.at(static_cast<std::size_t>(index))->last_failure;
}

} // namespace tandem::detail
