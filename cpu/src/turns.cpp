#include <tandem/cpu/turns.hpp>

#include <thread>

namespace tandem::cpu::detail {

bool turns::wait_longer(std::size_t tile) const noexcept {
  constexpr int spins_before_yield =
      64; // some µs; then another thread may need this processor to make progress
  for (int spins = 0; turn_.load(std::memory_order_acquire) != tile; ++spins) {
    if (abandoned_.load(std::memory_order_relaxed))
      return false;
    if (spins >= spins_before_yield)
      std::this_thread::yield();
#if defined(__x86_64__)
    else
      __builtin_ia32_pause();
#endif
  }
  return true;
}

} // namespace tandem::cpu::detail
