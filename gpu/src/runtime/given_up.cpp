#include "given_up.hpp"

#include <mutex>
#include <thread>
#include <vector>

namespace tandem::gpu::detail {
namespace {

struct given_up {
  std::mutex mutex;
  std::vector<std::unique_ptr<device_context>> contexts;
};

given_up& kept() {
  static auto& all = *new given_up;
  return all;
}

bool done(timeline& time) noexcept {
  try {
    return time.reached(time.last_submitted());
  } catch (error const&) { // lost for good
    return true;
  }
}

} // namespace

void keep_given_up(std::unique_ptr<device_context> context) {
  context->time.stop_waiter();
  std::lock_guard const lock{kept().mutex};
  kept().contexts.push_back(std::move(context));
}

void settle(device_context& context, std::chrono::steady_clock::time_point end) noexcept {
  if (context.info.software())
    while (!done(context.time) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

void settle_given_up(std::chrono::steady_clock::time_point end) noexcept {
  std::lock_guard const lock{kept().mutex};
  for (auto const& context : kept().contexts)
    settle(*context, end);
}

} // namespace tandem::gpu::detail
