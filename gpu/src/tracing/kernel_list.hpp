#pragma once

#include "../runtime/engine.hpp"

#include <atomic>
#include <cstdint>
#include <future>
#include <mutex>
#include <string>

namespace tandem::gpu::detail {

/// Whether a call may wait for a kernel to be built, or only starts building it.
enum class build : std::uint8_t { now, in_background };

/// The kernels of one text in its variants, by engine. Found without a lock; never destroyed with kernels in
/// it.
class kernel_list {
 public:
  constexpr kernel_list() noexcept = default;
  kernel_list(kernel_list const&) = delete;
  kernel_list& operator=(kernel_list const&) = delete;

  /// The kernel of this variant on the engine, built of the text that `write()` returns if it is new.
  /// With build::in_background: null until it is ready.
  template <class Write>
  pipeline const* get(engine& owner, std::uint32_t variant, build how, Write&& write,
                      pipeline_options const& options = {}) {
    entry* found = find(owner.id(), variant);
    if (found != nullptr)
      if (pipeline const* ready = found->ready.load(std::memory_order_acquire))
        return ready;
    if (found == nullptr)
      found = &add(owner, variant, write(), options);
    return resolve(*found, how);
  }

 private:
  struct entry {
    std::uint64_t engine_id;
    std::uint32_t variant;
    std::atomic<pipeline const*> ready{nullptr};
    std::shared_future<pipeline const*> pending;
    entry* next = nullptr;
  };

  entry* find(std::uint64_t engine_id, std::uint32_t variant) const noexcept {
    for (entry* each = entries_.load(std::memory_order_acquire); each != nullptr; each = each->next)
      if (each->engine_id == engine_id && each->variant == variant)
        return each;
    return nullptr;
  }
  entry& add(engine& owner, std::uint32_t variant, std::string text, pipeline_options const& options);
  static pipeline const* resolve(entry& found, build how);

  std::atomic<entry*> entries_{nullptr};
  std::mutex building_;
};

} // namespace tandem::gpu::detail
