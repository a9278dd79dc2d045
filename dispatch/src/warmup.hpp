#pragma once

namespace tandem::detail {

struct call_facts;
class launch;
class runtime_core;

/// Whether this thread is inside tandem::warmup.
bool warming() noexcept;

/// Looks for devices and waits until the kernels of a call are built on each that `automatic` may use.
void warm_up(runtime_core& core, call_facts const& facts, launch& on_gpu);

} // namespace tandem::detail
