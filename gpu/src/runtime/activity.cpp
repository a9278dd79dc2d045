#include <tandem/gpu/activity.hpp>

namespace tandem::gpu {

std::atomic<activity_observer> detail::observer{nullptr};

void observe_activity(activity_observer who) noexcept {
  detail::observer.store(who, std::memory_order_release);
}

} // namespace tandem::gpu
