#pragma once

#include <tandem/decision.hpp>

#include <optional>

namespace tandem::detail {

class runtime_core;

using progress_function = bool (*)(void* context, double fraction, char const* what);

/// Measures CPU and devices within about `budget_seconds`; nothing if `progress` asked to stop.
std::optional<profile> measure(runtime_core& core, double budget_seconds, progress_function progress,
                               void* context);

} // namespace tandem::detail
