// One queue and the timeline semaphore that counts what has been submitted to it.
#pragma once

#include "counters.hpp"
#include "engine.hpp"
#include "vulkan.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace tandem::gpu::detail {

class timeline {
 public:
  /// `software`: whether the device is this machine's own CPU, which has no limit of time unless one is set.
  timeline(vk::raii::Device const& device, std::uint32_t family, bool software, counters& counts);
  ~timeline();
  timeline(timeline const&) = delete;
  timeline& operator=(timeline const&) = delete;

  /// Submits one command buffer; its ticket. With `after_earlier` it starts once everything submitted before
  /// is done; without, it must begin with a barrier itself. Throws gpu::error, and then nothing was
  /// submitted.
  ticket submit(vk::CommandBuffer commands, bool after_earlier);
  /// Gives up with a gpu::error of VK_TIMEOUT when nothing submitted gets finished for as long as
  /// wait_limit_seconds() says; the device counts as lost from then on. Work that uses memory which is not
  /// the device's own is waited for `without_limit`.
  void wait(ticket when, bool without_limit = false);
  bool reached(ticket when);
  /// reached(), without asking the driver: may be behind.
  bool known_reached(ticket when) const noexcept {
    return completed_.load(std::memory_order_acquire) >= when;
  }
  ticket last_submitted() const noexcept { return last_.load(std::memory_order_acquire); }
  void when_reached(ticket when, std::function<void()> callback);
  bool lost() const noexcept { return lost_.load(std::memory_order_relaxed); }
  /// Lost because a wait was given up: the device may still be at work, so that nothing of it can be
  /// destroyed.
  bool hung() const noexcept { return hung_.load(std::memory_order_relaxed); }

  /// Runs `body`, which calls Vulkan; failures become gpu::error, and a lost device is remembered.
  template <class Body>
  decltype(auto) call(char const* operation, Body&& body) {
    try {
      return vulkan_call(operation, std::forward<Body>(body));
    } catch (error const& failure) {
      note(failure);
      throw;
    }
  }

  /// Ends the waiter thread: called before the process's drivers go.
  void stop_waiter();

 private:
  void note(error const& failure) noexcept;
  bool wait_once(ticket when, std::uint64_t timeout_ns);
  [[noreturn]] void give_up(double seconds);
  void advance(ticket completed) noexcept;
  void run_waiter();
  bool wait_for_next();

  vk::raii::Device const& device_;
  counters& counts_;
  vk::raii::Queue queue_;
  vk::raii::Semaphore semaphore_;
  std::mutex queue_mutex_;
  std::atomic<ticket> last_{0};
  std::atomic<ticket> completed_{0};
  std::atomic<bool> lost_{false};
  std::atomic<bool> hung_{false};
  bool software_;

  std::mutex waiter_mutex_;
  std::condition_variable waiter_wakes_;
  std::multimap<ticket, std::function<void()>> callbacks_;
  bool stopping_ = false;
  std::thread waiter_;
};

} // namespace tandem::gpu::detail
