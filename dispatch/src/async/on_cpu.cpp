#include <tandem/async/on_cpu.hpp>

#include "happens_before.hpp" // of cpu/src

#include <tbb/task.h>
#include <tbb/task_arena.h>

#include <atomic>

namespace tandem::detail {

namespace {

// No slot is reserved for a caller, so that queued work starts even when nobody waits for it. Never
// destroyed: work may still be queued while the process ends.
tbb::task_arena& async_arena() {
  static auto* const arena = new tbb::task_arena(tbb::task_arena::automatic, 0);
  return *arena;
}

} // namespace

void enqueue_on_cpu(void (*call)(void*), void* argument) {
  cpu::happens_before_release(argument);
  async_arena().enqueue([call, argument] {
    cpu::happens_before_acquire(argument);
    call(argument);
  });
}

void suspend_task(cpu::function_ref<void(void* handle)> start) {
  void* resumed_by = nullptr;
  tbb::task::suspend([&](tbb::task::suspend_point point) {
    resumed_by = point;
    start(point);
  });
  cpu::happens_before_acquire(resumed_by);
}

void resume_task(void* handle) {
  cpu::happens_before_release(handle);
  tbb::task::resume(static_cast<tbb::task::suspend_point>(handle));
}

} // namespace tandem::detail
