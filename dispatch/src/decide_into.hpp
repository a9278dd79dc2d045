#pragma once

#include <tandem/decision.hpp>

namespace tandem::detail {

/// decide_quickly() for `made.asked`, in place: what a call does, which keeps the decision where it can be
/// asked for anyway. Of `made.candidates` those beyond `candidate_count` mean nothing.
TANDEM_API void decide_into(decision& made, machine const& state, profile const& known) noexcept;

/// A fresh candidate, not possible yet. Field by field: to copy what has just been written in smaller pieces
/// would stall.
inline void reset(candidate& way, backend where, int device, source origin) noexcept {
  way.where = where;
  way.device = device;
  way.possible = false;
  way.why = reason::slower;
  way.microseconds.fill(0);
  way.total_us = 0;
  way.origin = origin;
  way.device_elements = 0;
  way.device_part_us = 0;
  way.cpu_part_us = 0;
}

} // namespace tandem::detail
