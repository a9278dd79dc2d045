#include <tandem/cpu/enqueue.hpp>

#include "concurrency_limit.hpp"
#include "happens_before.hpp"
#include "queued_arguments.hpp"

#include <tbb/info.h>
#include <tbb/task.h>
#include <tbb/task_arena.h>

namespace tandem::cpu {

namespace {

// No slot is reserved for a caller, so that queued work starts even when nobody waits for it. TBB alone would
// make one worker less than there are processors, for a caller that computes too; here the caller sleeps, so
// one more is allowed. Never destroyed: work may still be queued while the process ends.
struct queue_arena {
  concurrency_limit limit{static_cast<std::size_t>(tbb::info::default_concurrency()) + 1};
  tbb::task_arena arena{tbb::info::default_concurrency(), 0};

  static tbb::task_arena& get() {
    static auto* const instance = new queue_arena;
    return instance->arena;
  }
};

} // namespace

void enqueue(void (*call)(void*), void* argument) {
  happens_before_release(argument);
  queued_argument kept(argument);
  queue_arena::get().enqueue([call, argument] {
    queued_argument::let_go(argument);
    happens_before_acquire(argument);
    call(argument);
  });
  kept.is_queued();
}

void suspend_task(function_ref<void(void* handle)> start) {
  void* resumed_by = nullptr;
  tbb::task::suspend([&](tbb::task::suspend_point point) {
    resumed_by = point;
    start(point);
  });
  happens_before_acquire(resumed_by);
}

void resume_task(void* handle) {
  happens_before_release(handle);
  tbb::task::resume(static_cast<tbb::task::suspend_point>(handle));
}

} // namespace tandem::cpu
