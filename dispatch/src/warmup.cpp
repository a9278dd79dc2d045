#include "warmup.hpp"

#include "runtime_core.hpp"

#include <tandem/detail/call.hpp>
#include <tandem/warmup.hpp>

#include <chrono>
#include <thread>
#include <utility>

namespace tandem::detail {
namespace {

thread_local bool this_thread_warms = false;

constexpr auto looks_again_after = std::chrono::microseconds(200);
constexpr auto gives_up_after = std::chrono::seconds(60);

bool can_run(call_facts const& facts, device_state const& device) {
  return device.admitted && !device.failed && (device.has_int64 || !facts.needs_int64) &&
         (device.has_float64 || !facts.needs_float64);
}

void wait_for_kernel(launch& on_gpu, gpu::device& device) {
  auto const end = std::chrono::steady_clock::now() + gives_up_after;
  while (on_gpu.kernel(device) == kernel_state::compiling && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(looks_again_after);
}

} // namespace

warming_scope::warming_scope() noexcept : before_(std::exchange(this_thread_warms, true)) {}
warming_scope::~warming_scope() {
  this_thread_warms = before_;
}

bool warming() noexcept {
  return this_thread_warms;
}

void warm_up(runtime_core& core, call_facts const& facts, launch& on_gpu) {
  if (!facts.gpu_algorithm || !facts.traceable || !facts.device_types)
    return;
  core.devices().look();
  auto const states = core.devices().states();
  for (std::size_t i = 0; i < states.size(); ++i)
    if (can_run(facts, states[i])) {
      try {
        auto device = core.devices().at(static_cast<int>(i));
        wait_for_kernel(on_gpu, device);
      } catch (error const&) {
        // The call itself finds out, and says so.
      }
    }
}

} // namespace tandem::detail
