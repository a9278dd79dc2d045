#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/pool.hpp>

#include <type_traits>
#include <utility>

namespace tandem::cpu {

/// Tasks that one caller starts and waits for. A task may start further ones. Tasks run on the pool's threads
/// and, while it waits, on the waiting thread, which takes no other work meanwhile: so groups nest in any way
/// without deadlock.
///
/// After the first exception, or cancel(), tasks that have not started are dropped.
class TANDEM_API task_group {
 public:
  /// Null: all tasks run on the thread that waits.
  explicit task_group(pool* workers);
  /// Cancels, and waits for what runs.
  ~task_group();
  task_group(task_group const&) = delete;
  task_group& operator=(task_group const&) = delete;

  /// Queues f(). From any thread, also from within tasks, until wait() has returned. f is destroyed before
  /// wait() returns.
  template <class F>
  void spawn(F&& f) {
    push(new task_of<std::decay_t<F>>(std::forward<F>(f)));
  }

  /// Drops what has not started, now and later.
  void cancel() noexcept;
  bool cancelled() const noexcept;

  /// Runs tasks until all have ended, then rethrows the first exception.
  void wait();

  /// The same, when the caller has an exception of its own to go on with.
  void wait_without_error() noexcept;

 private:
  class state;
  struct task {
    task* next = nullptr;
    virtual ~task() = default;
    virtual void run() = 0;
  };
  template <class F>
  struct task_of final : task {
    explicit task_of(F&& function) : f(std::move(function)) {}
    explicit task_of(F const& function) : f(function) {}
    void run() override { static_cast<void>(f()); }
    F f;
  };

  void push(task* item);

  state* state_;
};

} // namespace tandem::cpu
