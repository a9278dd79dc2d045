// Watching what devices are given to do, for traces. Costs one relaxed load where nobody watches.
#pragma once

#include <tandem/config.hpp>

#include <atomic>
#include <cstdint>
#include <ctime>

namespace tandem::gpu {
/// What a device, or the host on its behalf, was seen doing.
enum class activity : std::uint8_t {
  upload,   ///< the host copies data to where the device can read it
  download, ///< the host copies results out
  submit,   ///< from handing work to the device until the host knows that it is done
  kernels, ///< the device's own time for the kernels of one submission, by its timestamps; ends when the host
           ///< saw the end
  compile  ///< GLSL to SPIR-V, or SPIR-V to a pipeline
};
/// One thing that was seen.
struct activity_record {
  activity what;                ///< of which kind
  char const* name;             ///< a string literal, or valid until the observer returns
  std::int64_t start_ns = 0;    ///< CLOCK_MONOTONIC
  std::int64_t duration_ns = 0; ///< until its end
  std::uint64_t bytes = 0;      ///< moved, or of source text
};

/// Called on the thread that noticed, also several at once; must be quick.
using activity_observer = void (*)(activity_record const&) noexcept;

/// Null: nobody watches.
TANDEM_API void observe_activity(activity_observer who) noexcept;

/// @cond internal
namespace detail {

TANDEM_API extern std::atomic<activity_observer> observer;

inline bool watched() noexcept {
  return observer.load(std::memory_order_relaxed) != nullptr;
}

inline std::int64_t activity_clock_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

inline void tell(activity_record const& record) noexcept {
  if (auto* const who = observer.load(std::memory_order_acquire); who != nullptr)
    who(record);
}

/// Tells of the time from its making to its end.
class activity_span {
 public:
  activity_span(activity what, char const* name, std::uint64_t bytes = 0) noexcept
      : record_{what, name, watched() ? activity_clock_ns() : 0, 0, bytes} {}
  ~activity_span() {
    if (record_.start_ns != 0) {
      record_.duration_ns = activity_clock_ns() - record_.start_ns;
      tell(record_);
    }
  }
  activity_span(activity_span const&) = delete;
  activity_span& operator=(activity_span const&) = delete;

 private:
  activity_record record_;
};

} // namespace detail
/// @endcond
} // namespace tandem::gpu
