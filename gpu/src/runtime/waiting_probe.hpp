// Whether workgroups may wait for one another, found by trying it.
#pragma once

#include "engine.hpp"

namespace tandem::gpu::detail {

/// True where workgroups that take tickets and wait for the ticket before always got on and saw what was
/// published: with many more groups than the device runs at once, several times. The waits are bounded.
/// Vulkan promises nothing of the kind, so passes that rely on it bound theirs too.
TANDEM_API bool try_waiting_groups(engine& on, std::uint32_t spin_limit = 1U << 20);

/// The same, tried once for a device and driver and kept on disk beside the report of its arithmetic.
TANDEM_API bool groups_may_wait(engine& on);

} // namespace tandem::gpu::detail
