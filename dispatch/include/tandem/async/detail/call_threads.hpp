#pragma once

#include <tandem/config.hpp>

namespace tandem::detail {

/// Queues call(argument) for a few threads (at most eight, started when needed) that exist to wait: for a
/// GPU, or for TBB's workers. First come, first served. It must not throw.
TANDEM_API void call_on_waiting_thread(void (*call)(void*), void* argument);

} // namespace tandem::detail
