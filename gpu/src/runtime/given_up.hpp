// Devices that are still at work when nobody waits for them any more: given up, or at the end of the process.
#pragma once

#include "context.hpp"

#include <chrono>
#include <memory>

namespace tandem::gpu::detail {

/// Keeps the context of a device that finished nothing for too long, for the life of the process: it may still
/// read and write its memory.
void keep_given_up(std::unique_ptr<device_context> context);

/// At the end of the process: waits for what was submitted to a software device, until `end` at most. Its
/// threads are of this process, and must not be at work while the driver is taken apart.
void settle(device_context& context, std::chrono::steady_clock::time_point end) noexcept;
void settle_given_up(std::chrono::steady_clock::time_point end) noexcept; /// The same of all that are kept.

} // namespace tandem::gpu::detail
