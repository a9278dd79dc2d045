#pragma once

#include <tandem/cpu/task_group.hpp>
#include <tandem/policy.hpp>
#include <tandem/runtime.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace tandem {

/// The tasks of one tandem::scope. May be used from any thread until the scope ends, also from within its
/// tasks.
class task_group {
 public:
  explicit task_group(cpu::task_group& tasks) noexcept : tasks_(&tasks) {} ///< made by scope()

  /// Starts f() or f(task_group&), perhaps at once and on another thread. What f borrows must live until the
  /// scope ends; its result is dropped. After an exception or cancel() f is dropped instead.
  template <class F>
  void spawn(F&& f) {
    if constexpr (std::is_invocable_v<std::decay_t<F>&, task_group&>)
      tasks_->spawn([tasks = tasks_, work = std::decay_t<F>(std::forward<F>(f))]() mutable {
        task_group group(*tasks);
        static_cast<void>(work(group));
      });
    else
      tasks_->spawn(std::forward<F>(f));
  }

  /// Drops the tasks that have not started, now and later; those that run go on, and can ask.
  void cancel() noexcept { tasks_->cancel(); }
  bool cancelled() const noexcept {
    return tasks_->cancelled();
  } ///< true once a task has failed or cancel() was called

 private:
  cpu::task_group* tasks_;
};

namespace detail {

/// body(group), then all tasks, whatever happens.
template <class Body>
void run_scope(cpu::pool& workers, Body const& body) {
  workers.execute([&] {
    cpu::task_group tasks(workers.threads() > 1 ? &workers : nullptr);
    task_group group(tasks);
    try {
      body(group);
    } catch (...) {
      tasks.cancel();
      tasks.wait_without_error();
      throw;
    }
    tasks.wait();
  });
}

template <target Target, class F>
auto scope_of(policy<Target> where, F&& f) {
  static_assert(Target == target::automatic || Target == target::cpu,
                "tandem: scope runs tasks on the CPU only");
  static_assert(std::is_invocable_v<F&, task_group&>,
                "tandem::scope: the function must take a tandem::task_group&");
  auto& workers = (where.bound_runtime() != nullptr ? *where.bound_runtime() : current_runtime()).workers();
  using result = std::remove_cvref_t<std::invoke_result_t<F&, task_group&>>;
  if constexpr (std::is_void_v<result>) {
    run_scope(workers, [&](task_group& group) { f(group); });
  } else {
    std::optional<result> value;
    run_scope(workers, [&](task_group& group) { value.emplace(f(group)); });
    return result(std::move(*value));
  }
}

} // namespace detail

/// Calls f(group) and returns what it returns when all tasks have ended that f, and they themselves, gave to
/// group.spawn; so tasks may borrow what lives on the caller's stack:
///
///     tandem::scope([policy,] [&](tandem::task_group& group) {
///       group.spawn([&] { left = sort(first_half); });
///       right = sort(second_half);
///     });
///
/// Tasks run on the runtime's threads and on the calling one, which takes no other work while it waits:
/// scopes, joins and algorithms nest in any way without deadlock. The latest task starts first. Tasks should
/// take a few µs at least (starting one costs about 0.2 µs), and must not wait for one another.
///
/// \throws the first exception, of f or of a task, when all that had started have ended; tasks that had not
/// are dropped.
template <class First, class... Rest>
auto scope(First&& first, Rest&&... rest) {
  if constexpr (Policy<First>)
    return detail::scope_of(first, std::forward<Rest>(rest)...);
  else
    return detail::scope_of(automatic, std::forward<First>(first), std::forward<Rest>(rest)...);
}

} // namespace tandem
