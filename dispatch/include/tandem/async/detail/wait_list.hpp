// Waiters, the lists they wait in, and the lock under which they are served: shared by the whole async
// family.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

namespace tandem::detail {

class hub_lock;
class wait_list;
class canceller;

/// One who waits; in at most one list at a time, guarded by that hub's mutex. Ends exactly once: served or
/// cancelled.
class waiter {
 public:
  waiter() = default;
  waiter(waiter const&) = delete;
  waiter& operator=(waiter const&) = delete;
  bool linked() const noexcept { return list_ != nullptr; }

 protected:
  virtual ~waiter() = default;

 private:
  friend class hub_lock;
  friend class wait_list;
  friend class canceller;
  /// Called with the lock held, after the waiter has left its list and its result is in place.
  virtual void settled(hub_lock& lock) noexcept = 0;
  /// Called with the lock held: put "cancelled" in place as the result.
  virtual void set_cancelled() noexcept = 0;
  /// Called without the lock if settled() asked for it by hub_lock::fire_later.
  virtual void fire() noexcept {}

  waiter* prev_ = nullptr;
  waiter* next_ = nullptr;
  wait_list* list_ = nullptr;
  canceller* canceller_ = nullptr;
};

/// First come, first served; intrusive, so that waiting allocates nothing of its own.
class wait_list {
 public:
  bool empty() const noexcept { return head_ == nullptr; }
  waiter* front() const noexcept { return head_; }
  static waiter* next(waiter const& w) noexcept { return w.next_; }

  void push_back(waiter& w) noexcept {
    w.list_ = this;
    w.prev_ = tail_;
    w.next_ = nullptr;
    (tail_ ? tail_->next_ : head_) = &w;
    tail_ = &w;
  }

  void remove(waiter& w) noexcept {
    (w.prev_ ? w.prev_->next_ : head_) = w.next_;
    (w.next_ ? w.next_->prev_ : tail_) = w.prev_;
    w.prev_ = w.next_ = nullptr;
    w.list_ = nullptr;
  }

 private:
  waiter* head_ = nullptr;
  waiter* tail_ = nullptr;
};

/// The mutex of one primitive, in shared ownership with its cancellation handlers, which may outlive it.
class hub {
 public:
  hub() = default;
  hub(hub const&) = delete;
  hub& operator=(hub const&) = delete;
  virtual ~hub() = default;
  /// A waiter has left without being served: others may be served now, flags may change.
  virtual void after_removal(hub_lock&) noexcept {}

 private:
  friend class hub_lock;
  std::mutex mutex_;
};

/// Holds a hub's mutex; what became ready under it is fired when it has been let go.
class hub_lock {
 public:
  explicit hub_lock(hub& h) : hub_(h), lock_(h.mutex_) {}
  ~hub_lock() {
    lock_.unlock();
    fire_all();
  }
  hub_lock(hub_lock const&) = delete;
  hub_lock& operator=(hub_lock const&) = delete;

  /// Ends a wait: takes the waiter out of its list and hands it its result.
  inline void complete(waiter& w) noexcept;

  /// Ends a wait that was not served: the waiter's result must be in place already.
  void abandon(waiter& w) noexcept {
    complete(w);
    hub_.after_removal(*this);
  }

  void cancel(waiter& w) noexcept {
    w.set_cancelled();
    abandon(w);
  }

  void fire_later(waiter& w) noexcept {
    w.next_ = nullptr;
    (last_ ? last_->next_ : first_) = &w;
    last_ = &w;
  }

  /// Sleeps on a waiter's condition; other waiters that became ready are fired first.
  template <class Sleep>
  void sleep(std::condition_variable& cv, bool const& done, Sleep&& wait) {
    if (first_) {
      lock_.unlock();
      fire_all();
      lock_.lock();
    }
    if (!done)
      wait(cv, lock_);
  }

 private:
  void fire_all() noexcept {
    waiter* w = first_;
    first_ = last_ = nullptr;
    while (w) {
      waiter* const next = w->next_;
      w->fire();
      w = next;
    }
  }

  hub& hub_;
  std::unique_lock<std::mutex> lock_;
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

/// Lives in a cancellation slot and points at the waiter as long as that waits. The slot belongs to the
/// handler's thread, the waiter to whoever serves it: each tells the other, under the hub's mutex, when it
/// goes.
class canceller {
 public:
  explicit canceller(std::shared_ptr<hub> h) noexcept : hub_(std::move(h)) {}
  canceller(canceller const&) = delete;
  canceller& operator=(canceller const&) = delete;
  ~canceller() {
    if (!waiter_.load(std::memory_order_acquire))
      return;
    hub_lock lock(*hub_);
    if (waiter* w = waiter_.load(std::memory_order_relaxed))
      w->canceller_ = nullptr;
  }

  /// With the lock held.
  void attach(waiter& w) noexcept {
    w.canceller_ = this;
    waiter_.store(&w, std::memory_order_relaxed);
  }

  template <class CancellationType>
  void operator()(CancellationType) noexcept {
    hub_lock lock(*hub_);
    if (waiter* w = waiter_.load(std::memory_order_relaxed))
      lock.cancel(*w);
  }

 private:
  friend class hub_lock;
  std::shared_ptr<hub> hub_;
  std::atomic<waiter*> waiter_{nullptr};
};

inline void hub_lock::complete(waiter& w) noexcept {
  if (w.list_)
    w.list_->remove(w);
  if (canceller* c = std::exchange(w.canceller_, nullptr))
    c->waiter_.store(nullptr, std::memory_order_release);
  w.settled(*this);
}

} // namespace tandem::detail
