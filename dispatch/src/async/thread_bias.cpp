#include <tandem/async/detail/thread_bias.hpp>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TANDEM_UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define TANDEM_UNDER_TSAN 1
#endif

namespace tandem::detail {

#if defined(__linux__) && defined(__NR_membarrier) && !defined(TANDEM_UNDER_TSAN)

namespace {

long membarrier(int command) noexcept {
  return ::syscall(__NR_membarrier, command, 0, 0);
}

} // namespace

bool heavy_barriers_work() noexcept {
  static bool const work = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  return work;
}

void heavy_barrier() noexcept {
  while (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
    membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); // a forked child has to ask again
}

#else

bool heavy_barriers_work() noexcept {
  return false;
}
void heavy_barrier() noexcept {} // nobody is ever alone

#endif

} // namespace tandem::detail
