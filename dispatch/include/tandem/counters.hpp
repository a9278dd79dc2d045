#pragma once

#include <cstdint>
#include <string>

namespace tandem {

/// What the calls of one kind did in one place since the runtime was made: one call site (an algorithm with
/// one function type and element types) on one processor. `runtime::counters()` gives them all.
struct call_counter {
  std::string call;           ///< "parallel_map"
  void const* site = nullptr; ///< tells apart functions and element types
  std::string where;          ///< "CPU, one thread", "CPU, all threads" or the device's name
  std::uint64_t calls = 0;    ///< that ended here
  std::uint64_t elements = 0; ///< of all these calls
  std::uint64_t bytes = 0;    ///< read and written by one pass
  std::uint64_t nanoseconds =
      0; ///< of the calls that were timed: not of those too small for anything but a plain loop
  std::uint64_t fallbacks = 0; ///< calls that failed here and were finished on the CPU
};

} // namespace tandem
