#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/function_ref.hpp>

namespace tandem::cpu {

/// Queues call(argument) for TBB's workers and returns at once. It starts even when no thread waits for it;
/// it must not throw, and must not block.
TANDEM_API void enqueue(void (*call)(void*), void* argument);

/// Calls start(handle), then suspends the calling TBB task (its thread goes on with other tasks; outside of
/// tasks the thread sleeps) until resume_task(handle) is called once, from any thread or even from inside
/// start.
TANDEM_API void suspend_task(function_ref<void(void* handle)> start);
TANDEM_API void resume_task(void* handle);

} // namespace tandem::cpu
