#include "timeline.hpp"

namespace tandem::gpu::detail {
namespace {

constexpr std::uint64_t wait_slice_ns =
    500'000'000; // between two looks at whether the device was lost meanwhile

vk::raii::Semaphore make_timeline(vk::raii::Device const& device) {
  vk::StructureChain<vk::SemaphoreCreateInfo, vk::SemaphoreTypeCreateInfo> const info{
      {}, {vk::SemaphoreType::eTimeline, 0}};
  return vulkan_call("vkCreateSemaphore", [&] { return vk::raii::Semaphore{device, info.get()}; });
}

} // namespace

timeline::timeline(vk::raii::Device const& device, std::uint32_t family, counters& counts)
    : device_(device), counts_(counts), queue_(device, family, 0), semaphore_(make_timeline(device)) {}

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

void timeline::wait(ticket when) {
  if (known_reached(when))
    return;
  vk::SemaphoreWaitInfo info;
  info.setSemaphores(*semaphore_).setValues(when);
  while (call("vkWaitSemaphores", [&] { return device_.waitSemaphores(info, wait_slice_ns); }) !=
         vk::Result::eSuccess)
    if (lost())
      throw error("vkWaitSemaphores", VK_ERROR_DEVICE_LOST);
  advance(when);
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
