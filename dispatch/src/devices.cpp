#include "devices.hpp"

#include <tandem/error.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace tandem::detail {
namespace {

/// Whether this machine may have a GPU that is not software, found out without loading a driver. Linux shows
/// each as a device file.
bool hardware_may_exist() {
#if defined(__linux__)
  constexpr char const* files[] = {"/dev/dri", "/dev/nvidiactl", "/dev/kfd",
                                   "/dev/dxg", "/dev/mali0",     "/dev/kgsl-3d0"};
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
  std::lock_guard const lock{background_mutex_};
  if (background_.joinable())
    background_.join();
}

/// Whoever names devices, or asks for a GPU at all, wants them even if they are software; `auto` admits real
/// hardware only.
void device_set::open_all() {
  gpu::detail::prepare_to_compile();
  auto const devices = gpu::list_devices();
  bool const by_name = selector_ != "auto" && selector_ != "gpu";
  std::vector<std::size_t> wanted;
  if (by_name)
    wanted = gpu::select_devices(devices, selector_);
  else
    for (std::size_t i = 0; i < devices.size(); ++i)
      if (devices[i].usable() && !devices[i].software())
        wanted.push_back(i);
  std::vector<std::unique_ptr<entry>> opened;
  std::exception_ptr failure;
  for (auto const i : wanted) {
    auto const index = std::to_string(i);
    try {
      if (opened.size() < max_devices)
        opened.push_back(std::make_unique<entry>(gpu::device::open(index), index, true));
    } catch (error const&) {
      failure = std::current_exception();
    }
  }
  if (opened.empty() && by_name && failure != nullptr)
    std::rethrow_exception(failure);
  if (opened.empty()) { // what is left is software, or the reasons why there is nothing
    auto device = gpu::device::open(by_name ? selector_ : "auto");
    auto const index = std::to_string(device.info().index);
    auto const admitted = selector_ != "auto" || !device.info().software();
    opened.push_back(std::make_unique<entry>(std::move(device), index, admitted));
  }
  std::lock_guard const lock{mutex_};
  entries_ = std::move(opened);
}

void device_set::find() noexcept {
  try {
    if (selector_ == "cpu")
      throw no_device_error(
          "the setting TANDEM_DEVICE=cpu (or runtime_options::device) keeps this runtime off every GPU");
    open_all();
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

/// One job at a time; false when another one runs or no thread is to be had.
bool device_set::in_background(std::function<void()> job) noexcept {
  try {
    std::lock_guard const lock{background_mutex_};
    if (background_busy_)
      return false;
    if (background_.joinable())
      background_.join();
    background_ = std::thread([this, job = std::move(job)] {
      job();
      background_busy_ = false;
    });
    background_busy_ = true;
    return true;
  } catch (std::exception const&) {
    return false;
  }
}

void device_set::look_in_background() noexcept {
  if (known() || asked_.exchange(true))
    return;
  if (selector_ != "auto") // asked for by name: worth the wait, once
    return look();
  if (!hardware_may_exist()) // then only software could be found, which `automatic` leaves alone
    return;
  if (!in_background([this] { look(); })) // the CPU goes on serving, and the next call asks again
    asked_.store(false);
}

std::size_t device_set::expected() const noexcept {
  if (known())
    return entries_.size();
  return 1 + static_cast<std::size_t>(std::count(selector_.begin(), selector_.end(), ','));
}

int device_set::required_index() {
  if (!known())
    look();
  if (entries_.empty())
    std::rethrow_exception(why_none_);
  if (int const chosen = device_choice::current();
      chosen >= 0 && chosen < static_cast<int>(entries_.size())) {
    if (lost(chosen))
      revive(*entries_[static_cast<std::size_t>(chosen)]);
    return chosen;
  }
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (!lost(static_cast<int>(i)) && entries_[i]->failures.load() == 0)
      return static_cast<int>(i);
  if (lost(0))
    revive(*entries_[0]);
  return 0;
}

gpu::device device_set::at(int index) {
  std::lock_guard const lock{mutex_};
  return entries_.at(static_cast<std::size_t>(index))->device;
}

bool device_set::lost(int index) {
  std::lock_guard const lock{mutex_};
  return entries_.at(static_cast<std::size_t>(index))->device.lost();
}

/// Throws what opening throws.
void device_set::revive(entry& lost) {
  auto fresh = gpu::device::open(lost.selector);
  std::lock_guard const lock{mutex_};
  lost.id = fresh.id();
  lost.device = std::move(fresh);
}

void device_set::revive_lost() noexcept {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto const index = static_cast<int>(i);
    if (!lost(index))
      continue;
    try {
      revive(*entries_[i]);
    } catch (std::exception const& why) {
      failed(index, why.what());
    }
  }
  changed_();
}

std::vector<device_state> device_set::states() {
  std::vector<device_state> all;
  if (!known())
    return all;
  std::lock_guard const lock{mutex_};
  for (auto const& one : entries_) {
    auto const& info = one->device.info();
    bool const waits = clock::now() < one->retry_at || one->device.lost();
    all.push_back({.name = info.name,
                   .has_int64 = info.features.int64,
                   .has_float64 = info.features.float64,
                   .admitted = one->admitted,
                   .failed = one->failures.load() != 0 && waits});
  }
  return all;
}

void device_set::complete(request& asked, double resident_bytes, std::uint64_t resident_on) const noexcept {
  if (!known())
    return;
  for (std::size_t i = 0; i < std::min(entries_.size(), max_devices); ++i) {
    asked.device_queue_us[i] =
        static_cast<float>(entries_[i]->queued_ns.load(std::memory_order_relaxed)) * 1e-3f;
    bool const elsewhere =
        resident_bytes > 0 && entries_[i]->id.load(std::memory_order_relaxed) != resident_on;
    asked.device_moved_bytes[i] = elsewhere ? static_cast<float>(resident_bytes) : 0.0f;
  }
}

std::vector<device_profile> device_set::assumed_profiles() {
  std::vector<device_profile> all;
  if (!known())
    return all;
  std::lock_guard const lock{mutex_};
  for (auto const& one : entries_) {
    auto const& info = one->device.info();
    device_profile assumed{
        .name = info.name, .uuid = info.uuid, .driver = info.driver + " " + info.driver_version};
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

/// The earliest end of a back-off that is still to come.
void device_set::schedule_retry_locked() noexcept {
  clock::rep earliest = 0;
  for (auto const& one : entries_) {
    auto const at = one->retry_at.time_since_epoch().count();
    if (one->failures.load() != 0 && one->retry_at > clock::now() && (earliest == 0 || at < earliest))
      earliest = at;
  }
  next_retry_.store(earliest);
}

void device_set::failed(int index, std::string_view why) noexcept {
  {
    std::lock_guard const lock{mutex_};
    auto& one = *entries_.at(static_cast<std::size_t>(index));
    one.retry_at = clock::now() + back_off(one.failures.fetch_add(1));
    one.last_failure = why;
    schedule_retry_locked();
  }
  changed_();
}

void device_set::succeeded(int index) noexcept {
  if (index < 0 || entries_[static_cast<std::size_t>(index)]->failures.load(std::memory_order_relaxed) == 0)
    return;
  {
    std::lock_guard const lock{mutex_};
    entries_[static_cast<std::size_t>(index)]->failures.store(0);
    entries_[static_cast<std::size_t>(index)]->last_failure.clear();
  }
  changed_();
}

bool device_set::retry_due() noexcept {
  auto due = next_retry_.load(std::memory_order_relaxed);
  if (due == 0 || clock::now().time_since_epoch().count() < due ||
      !next_retry_.compare_exchange_strong(due, 0))
    return false;
  bool any_lost = false;
  {
    std::lock_guard const lock{mutex_};
    schedule_retry_locked();
    for (auto const& one : entries_)
      any_lost = any_lost || one->device.lost();
  }
  if (any_lost && !in_background([this] { revive_lost(); }))
    next_retry_.store((clock::now() + first_back_off).time_since_epoch().count());
  return true;
}

std::string device_set::last_failure(int index) {
  std::lock_guard const lock{mutex_};
  return entries_.at(static_cast<std::size_t>(index))->last_failure;
}

namespace {
thread_local int chosen_device = -1;
}

device_choice::device_choice(int index) noexcept : before_(std::exchange(chosen_device, index)) {}

device_choice::~device_choice() {
  chosen_device = before_;
}

int device_choice::current() noexcept {
  return chosen_device;
}

queued_work::queued_work(device_set& set, int index, candidate const& way) noexcept
    : total_(&set.entries_[static_cast<std::size_t>(index)]->queued_ns) {
  // Not what waits there already: that is counted by those who sent it.
  auto const waiting = static_cast<double>(way.microseconds[static_cast<std::size_t>(term::queue)]);
  auto const whole = way.where == backend::both ? static_cast<double>(way.device_part_us) : way.total_us;
  mine_ns_ = static_cast<std::int64_t>(std::max(0.0, whole - waiting) * 1e3);
  total_->fetch_add(mine_ns_, std::memory_order_relaxed);
}

queued_work::~queued_work() {
  total_->fetch_sub(mine_ns_, std::memory_order_relaxed);
}

} // namespace tandem::detail
