#include "timeline.hpp"

#include "settings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace tandem::gpu::detail {
namespace {

// Between two looks at whether the device was lost meanwhile, or is at work at all.
constexpr std::uint64_t wait_slice_ns = 500'000'000;
// A driver that has no memory to wait with may have some a moment later; the work itself is under way.
constexpr int most_failed_waits = 20;

vk::raii::Semaphore make_timeline(vk::raii::Device const& device) {
  vk::StructureChain<vk::SemaphoreCreateInfo, vk::SemaphoreTypeCreateInfo> const info{
      {}, {vk::SemaphoreType::eTimeline, 0}};
  return vulkan_call("vkCreateSemaphore", [&] { return vk::raii::Semaphore{device, info.get()}; });
}

} // namespace

timeline::timeline(vk::raii::Device const& device, std::uint32_t family, bool software, counters& counts)
    : device_(device), counts_(counts), queue_(device, family, 0), semaphore_(make_timeline(device)),
      software_(software) {}

timeline::~timeline() {
  stop_waiter();
}

ticket timeline::submit(vk::CommandBuffer commands, bool after_earlier) {
  constexpr vk::PipelineStageFlags waiting_stages =
      vk::PipelineStageFlagBits::eComputeShader | vk::PipelineStageFlagBits::eTransfer;
  std::lock_guard const lock{queue_mutex_};
  ticket const earlier = last_.load(std::memory_order_relaxed);
  ticket const next = earlier + 1;
  std::uint32_t const waits = after_earlier && earlier != 0 ? 1 : 0;
  vk::TimelineSemaphoreSubmitInfo const values{waits, &earlier, 1, &next};
  vk::Semaphore const semaphore = *semaphore_;
  vk::SubmitInfo const info{waits, &semaphore, &waiting_stages, 1, &commands, 1, &semaphore, &values};
  call("vkQueueSubmit", [&] { queue_.submit(info); });
  last_.store(next, std::memory_order_release);
  ++counts_.submissions;
  return next;
}

void timeline::wait(ticket when, bool without_limit) {
  using clock = std::chrono::steady_clock;
  double const limit_s = without_limit ? 0.0 : wait_limit_seconds(software_);
  std::uint64_t slice_ns = wait_slice_ns;
  if (limit_s > 0)
    slice_ns = std::min(slice_ns, static_cast<std::uint64_t>(limit_s * 0.25e9) + 1);
  ticket finished = completed_.load(std::memory_order_acquire);
  auto since = clock::now();
  while (!known_reached(when)) {
    if (hung() && !without_limit)
      give_up(limit_s);
    if (wait_once(when, slice_ns))
      return advance(when);
    if (lost() && !hung())
      throw error("vkWaitSemaphores", VK_ERROR_DEVICE_LOST);
    if (limit_s <= 0)
      continue;
    reached(when);
    auto const now = clock::now();
    if (ticket const latest = completed_.load(std::memory_order_acquire); latest != finished) {
      finished = latest;
      since = now;
    } else if (std::chrono::duration<double>(now - since).count() > limit_s) {
      give_up(limit_s);
    }
  }
}

/// One slice: whether it was reached.
bool timeline::wait_once(ticket when, std::uint64_t timeout_ns) {
  vk::SemaphoreWaitInfo info;
  info.setSemaphores(*semaphore_).setValues(when);
  for (int failed = 1;; ++failed) {
    try {
      return call("vkWaitSemaphores", [&] { return device_.waitSemaphores(info, timeout_ns); }) ==
             vk::Result::eSuccess;
    } catch (error const& failure) {
      if (failure.vk_result() == VK_ERROR_DEVICE_LOST)
        throw;
      if (failed == most_failed_waits) {
        lost_ = hung_ = true; // nobody can tell any more what it is doing
        throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
}

void timeline::give_up(double seconds) {
  lost_ = hung_ = true;
  char text[96];
  std::snprintf(text, sizeof text, "vkWaitSemaphores (the device finished nothing for %g s)", seconds);
  throw error(text, VK_TIMEOUT);
}

bool timeline::reached(ticket when) {
  if (known_reached(when))
    return true;
  advance(call("vkGetSemaphoreCounterValue", [&] { return semaphore_.getCounterValue(); }));
  return known_reached(when);
}

void timeline::advance(ticket completed) noexcept {
  ticket known = completed_.load(std::memory_order_relaxed);
  while (known < completed && !completed_.compare_exchange_weak(known, completed, std::memory_order_release))
    ;
}

void timeline::note(error const& failure) noexcept {
  if (failure.vk_result() == VK_ERROR_DEVICE_LOST)
    lost_ = true;
}

void timeline::when_reached(ticket when, std::function<void()> callback) {
  std::lock_guard const lock{waiter_mutex_};
  callbacks_.emplace(when, std::move(callback));
  if (!waiter_.joinable() && !stopping_)
    waiter_ = std::thread{[this] { run_waiter(); }};
  waiter_wakes_.notify_one();
}

/// Waits for the next step of the timeline, not for the first callback's: an earlier one may be added
/// meanwhile.
bool timeline::wait_for_next() {
  try {
    wait(completed_.load(std::memory_order_acquire) + 1);
    return true;
  } catch (error const&) {
    return false; // lost, or the driver cannot wait: callers find out when they look
  }
}

void timeline::run_waiter() {
  std::unique_lock lock{waiter_mutex_};
  for (;;) {
    waiter_wakes_.wait(lock, [&] { return stopping_ || !callbacks_.empty(); });
    if (callbacks_.empty())
      return;
    auto const first = callbacks_.begin();
    if (!known_reached(first->first)) {
      lock.unlock();
      bool const alive = wait_for_next();
      lock.lock();
      if (alive)
        continue;
    }
    auto const callback = std::move(callbacks_.begin()->second);
    callbacks_.erase(callbacks_.begin());
    lock.unlock();
    callback();
    lock.lock();
  }
}

void timeline::stop_waiter() {
  {
    std::lock_guard const lock{waiter_mutex_};
    stopping_ = true;
    waiter_wakes_.notify_one();
  }
  if (waiter_.joinable())
    waiter_.join();
}

} // namespace tandem::gpu::detail
