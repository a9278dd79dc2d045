#pragma once

#include <tandem/decision.hpp>
#include <tandem/detail/call.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::detail {

class runtime_core;

/// What the counters and the trace are told of a call that has ended.
struct ended_call {
  call_site const& site;
  backend where;
  int device; ///< for a GPU, or for both
  std::size_t elements;
  std::int64_t started_ns; ///< CLOCK_MONOTONIC
};

void note_ended(runtime_core& core, ended_call const& call) noexcept;

/// A device failed in this call, or could not run it; the CPU goes on.
void note_fallback(runtime_core& core, call_site const& site, int device) noexcept;

} // namespace tandem::detail
