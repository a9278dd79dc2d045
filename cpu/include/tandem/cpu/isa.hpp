#pragma once

#include <tandem/config.hpp>

namespace tandem::cpu {

/// Instruction-set levels that vectorised loops are compiled for: x86-64 micro-architecture levels (System V
/// psABI); `baseline` is whatever the compiler targets by default, and the only one on other architectures.
enum class isa : unsigned char { baseline, v2, v3, v4 };

/// The highest level this machine has, lowered by the environment variable TANDEM_ISA (baseline, v2, v3 or
/// v4) if set. Asked once per process. Throws std::invalid_argument for another value of TANDEM_ISA, naming
/// the valid ones.
TANDEM_API isa active_isa();

/// "baseline", "v2", "v3" or "v4".
TANDEM_API char const* name_of(isa level) noexcept;

} // namespace tandem::cpu
