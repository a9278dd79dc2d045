// The shared part of gpu::memory.
#pragma once

#include "context.hpp"

namespace tandem::gpu::detail {

/// A block of the pool in use, with the last submission that touches it.
class allocation {
 public:
  allocation(std::shared_ptr<engine> its_owner, block its_block, std::size_t its_size_bytes) noexcept
      : owner(std::move(its_owner)), what(its_block), size_bytes(its_size_bytes) {}
  ~allocation() { owner->context().pool.release(what, last_use.load(std::memory_order_relaxed)); }
  allocation(allocation const&) = delete;
  allocation& operator=(allocation const&) = delete;

  void note_use(ticket when) noexcept {
    ticket known = last_use.load(std::memory_order_relaxed);
    while (known < when && !last_use.compare_exchange_weak(known, when, std::memory_order_relaxed))
      ;
  }
  std::byte* mapped() const noexcept {
    return what.owner->mapped == nullptr ? nullptr : what.owner->mapped + what.offset;
  }
  std::uint64_t address() const noexcept { return what.owner->address + what.offset; }
  vk::Buffer buffer() const noexcept { return *what.owner->buffer; }

  std::shared_ptr<engine> const owner;
  block const what;
  std::size_t const size_bytes;
  std::atomic<ticket> last_use{0};
};

/// Memory of a given use from the engine's pool.
memory allocate(std::shared_ptr<engine> const& owner, memory_use use, std::size_t size_bytes);

} // namespace tandem::gpu::detail
