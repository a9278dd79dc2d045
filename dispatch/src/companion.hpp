#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tandem::detail {

/// A thread that drives a device while another computes; kept for the next time.
class companion {
 public:
  companion() : thread_([this] { work(); }) {}
  ~companion();
  companion(companion const&) = delete;
  companion& operator=(companion const&) = delete;

  /// Runs `job`, which must not throw, on the thread. One at a time.
  void start(std::function<void()> job);
  /// Blocks until the job is done.
  void wait() noexcept;

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  bool stopping_ = false;
  std::thread thread_; // last: uses everything above
};

/// The companions of one runtime: as many as calls were ever split at once.
class companions {
 public:
  /// Throws std::system_error when there is no thread to be had.
  std::unique_ptr<companion> take();
  void give(std::unique_ptr<companion> idle) noexcept;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<companion>> idle_;
};

} // namespace tandem::detail
