#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/function_ref.hpp>

#include <cstddef>
#include <memory>

namespace tandem::cpu {

struct pool_options {
  std::size_t threads = 0; ///< the calling thread included; 0: as many as this process may run on
  char const* name =
      nullptr;      ///< workers are called "<name>/<index>" (15 characters at most reach the system); copied
  bool pin = false; ///< bind each thread to one of the process's processors while it works here
};

/// A number of threads that share work by stealing (a TBB arena, hidden). Calls may come from any thread,
/// also from inside another call, and block until all they started is done. A pool of one thread runs
/// everything on the caller.
///
/// An exception from a body: no further body starts, the running ones end, the first exception thrown is
/// rethrown. Cancellation of a surrounding TBB task group does not reach inside: what was started is always
/// completed.
class TANDEM_API pool {
 public:
  /// Throws std::invalid_argument for more than 4,096 threads.
  explicit pool(pool_options const& options = {});
  ~pool();
  pool(pool const&) = delete;
  pool& operator=(pool const&) = delete;

  std::size_t threads() const noexcept;

  /// Calls f on a thread of the pool (the caller's own where it can join), so that nested calls need not
  /// enter again.
  void execute(function_ref<void()> f);

  /// Calls body(first, last) for ranges that cover [0, n) once. Every `first` is a multiple of `grain`, and
  /// so is every `last` but n. How many grains make a range is not fixed: results must not depend on it. Each
  /// thread starts on a share of its own, the same one at every call, and then helps the others.
  void for_ranges(std::size_t n, std::size_t grain, function_ref<void(std::size_t, std::size_t)> body);

  /// Calls body(0) … body(count-1), as many at once as threads allow, in no fixed order. Bodies may wait for
  /// what a *running* other body does, even when they call parallel algorithms of their own in between.
  void for_workers(std::size_t count, function_ref<void(std::size_t)> body);

  /// Calls f and g, perhaps at once. Cheap enough (about 0.1 µs) for recursion with leaves of 10 µs.
  void join(function_ref<void()> f, function_ref<void()> g);

  /// Queues call(argument) for the pool's workers and returns at once; it must not throw. It starts when a
  /// worker has nothing else to do: perhaps late, and never in a pool of one thread. The pool may be gone by
  /// then.
  void enqueue(void (*call)(void*), void* argument);

  /// True on a thread that is running a body of this pool.
  bool inside() const noexcept;

  /// What the pool belongs to; null unless set. Read by calls that do not say which pool they want.
  void set_owner(void* owner) noexcept { owner_ = owner; }

  /// The owner of the pool whose body the calling thread is running; null outside of such bodies.
  static void* current_owner() noexcept;

 private:
  struct state;
  void* owner_ = nullptr;
  std::unique_ptr<state> state_;
};

} // namespace tandem::cpu
