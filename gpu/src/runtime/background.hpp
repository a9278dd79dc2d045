// One background thread of the process, for what nobody waits for: kernels compiled ahead, cache files
// written.
#pragma once

#include <functional>

namespace tandem::gpu::detail {

/// Runs `task` on the background thread, which starts at the first call; tasks run in order. What a task
/// throws is dropped. After stop_background() it runs nothing more.
void run_in_background(std::function<void()> task);

/// Blocks until everything handed over has run, what tasks hand over meanwhile too. Not for tasks.
void finish_background();

/// Runs what was handed over so far and ends the thread, for good: called when the process exits.
void stop_background();

} // namespace tandem::gpu::detail
