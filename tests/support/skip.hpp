// Visible skips for Catch2 2, which has none of its own; ctest shows the case as skipped.
//   TANDEM_SKIP("the device has no 64-bit integers");       what this machine or driver cannot check
//   TANDEM_SKIP_NO_GPU("no Vulkan device: …");              no device at all: a failure when TANDEM_REQUIRE_GPU=1
#pragma once

#include <string>

namespace tandem_test {

/// Notes that a case could not be checked here, and why.
void note_skip(std::string const& reason);

/// The same for a missing device; throws, and so fails the case, when TANDEM_REQUIRE_GPU=1.
void note_missing_gpu(std::string const& reason);

} // namespace tandem_test

/// Ends the calling function after noting the skip. What was checked before still counts: a failed case stays failed.
#define TANDEM_SKIP(reason)                                                                                  \
  do {                                                                                                       \
    ::tandem_test::note_skip(reason);                                                                        \
    return;                                                                                                  \
  } while (false)

#define TANDEM_SKIP_NO_GPU(reason)                                                                           \
  do {                                                                                                       \
    ::tandem_test::note_missing_gpu(reason);                                                                 \
    return;                                                                                                  \
  } while (false)
