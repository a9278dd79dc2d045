#pragma once

// oneTBB's binaries are not instrumented, so ThreadSanitizer sees neither how it hands work over nor its
// locks. The file that talks to TBB is compiled without instrumentation (its inlined queues would be
// reported) and tells the tool what is true: what a thread did before handing work over happens before that
// work, and the work before the wait returns.
#if defined(TANDEM_TSAN_BRIDGE)
extern "C" {
void __tsan_acquire(void* address); // NOLINT(bugprone-reserved-identifier)
void __tsan_release(void* address); // NOLINT(bugprone-reserved-identifier)
}
#endif

namespace tandem::cpu {

inline void happens_before_acquire([[maybe_unused]] void* address) noexcept {
#if defined(TANDEM_TSAN_BRIDGE)
  __tsan_acquire(address);
#endif
}

inline void happens_before_release([[maybe_unused]] void* address) noexcept {
#if defined(TANDEM_TSAN_BRIDGE)
  __tsan_release(address);
#endif
}

} // namespace tandem::cpu
