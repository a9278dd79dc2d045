// Calibration with progress on the terminal, stopped by Ctrl-C.
#pragma once

#include <tandem/runtime.hpp>

namespace tandem_bench {

/// Calibrates and stores the profile; false when it was interrupted.
bool calibrate(tandem::runtime& which, double seconds, bool quiet);

} // namespace tandem_bench
