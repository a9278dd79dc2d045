#include "kernel_list.hpp"

#include <chrono>
#include <memory>

namespace tandem::gpu::detail {

kernel_list::entry& kernel_list::add(engine& owner, std::uint32_t variant, std::string text,
                                     pipeline_options const& options) {
  std::lock_guard const lock(building_);
  if (entry* const meanwhile = find(owner.id(), variant))
    return *meanwhile;
  auto made = std::make_unique<entry>();
  made->engine_id = owner.id();
  made->variant = variant;
  made->pending = owner.request_pipeline(std::move(text), options);
  made->next = entries_.load(std::memory_order_relaxed);
  entries_.store(made.get(), std::memory_order_release);
  return *made.release();
}

pipeline const* kernel_list::resolve(entry& found, build how) {
  if (how == build::in_background &&
      found.pending.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    return nullptr;
  pipeline const* const built = found.pending.get();
  found.ready.store(built, std::memory_order_release);
  return built;
}

} // namespace tandem::gpu::detail
