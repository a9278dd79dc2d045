#include "companion.hpp"

#include <new>
#include <utility>

namespace tandem::detail {

companion::~companion() {
  {
    std::lock_guard const lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void companion::start(std::function<void()> job) {
  {
    std::lock_guard const lock{mutex_};
    job_ = std::move(job);
  }
  changed_.notify_all();
}

void companion::wait() noexcept {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return job_ == nullptr; });
}

void companion::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || job_ != nullptr; });
    if (job_ == nullptr)
      return;
    lock.unlock();
    job_();
    lock.lock();
    job_ = nullptr;
    changed_.notify_all();
  }
}

std::unique_ptr<companion> companions::take() {
  {
    std::lock_guard const lock{mutex_};
    if (!idle_.empty()) {
      auto one = std::move(idle_.back());
      idle_.pop_back();
      return one;
    }
  }
  return std::make_unique<companion>();
}

void companions::give(std::unique_ptr<companion> idle) noexcept {
  try {
    std::lock_guard const lock{mutex_};
    idle_.push_back(std::move(idle));
  } catch (std::bad_alloc const&) { // then it ends here
  }
}

} // namespace tandem::detail
