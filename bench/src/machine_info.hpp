// Which machine a figure comes from: a figure without it is worth nothing.
#pragma once

#include "crossover_data.hpp"

namespace tandem_bench {

/// The CPU, memory, system, compiler and version of this program; device fields are left empty. What the
/// system does not tell is "unknown".
machine this_machine(unsigned threads);

} // namespace tandem_bench
