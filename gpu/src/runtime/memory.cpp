#include "allocation.hpp"
#include "recorder.hpp"
#include "recording_state.hpp"

#include <tandem/gpu/activity.hpp>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace tandem::gpu {
namespace detail {
namespace {

constexpr std::size_t piece_bytes =
    16 << 20; // of a transfer through staging memory: two of them are under way at a time

/// Cuts [0, size_bytes) into pieces and calls each(offset, bytes) → submission; finish(submission) follows
/// one piece behind.
template <class Start>
void in_pieces(std::size_t size_bytes, Start start) {
  submission previous;
  for (std::size_t at = 0; at < size_bytes; at += piece_bytes) {
    submission next = start(at, std::min(piece_bytes, size_bytes - at));
    previous.wait();
    previous = std::move(next);
  }
  previous.wait();
}

void upload_staged(allocation& to, memory const& handle, std::byte const* from, std::size_t size_bytes,
                   std::size_t offset_bytes) {
  in_pieces(size_bytes, [&](std::size_t at, std::size_t bytes) {
    auto const staged = allocate(to.owner, memory_use::upload, bytes);
    std::memcpy(staged.mapped(), from + at, bytes);
    to.owner->context().pool.flush(staged.shared()->what, 0, bytes);
    recorder work{*to.owner};
    work.copy(staged, 0, handle, offset_bytes + at, bytes);
    return work.submit();
  });
}

void download_staged(allocation& from, memory const& handle, std::byte* to, std::size_t size_bytes,
                     std::size_t offset_bytes) {
  in_pieces(size_bytes, [&](std::size_t at, std::size_t bytes) {
    auto const readable = allocate(from.owner, memory_use::readback, bytes);
    recorder work{*from.owner};
    work.copy(handle, offset_bytes + at, readable, 0, bytes);
    work.state()->outputs.push_back({readable, to + at, bytes});
    return work.submit();
  });
}

void check_range(allocation const* what, std::size_t size_bytes, std::size_t offset_bytes,
                 char const* operation) {
  std::size_t const has = what == nullptr ? 0 : what->size_bytes;
  if (offset_bytes > has || size_bytes > has - offset_bytes)
    throw std::invalid_argument(std::string{"gpu::memory::"} + operation + ": " + std::to_string(size_bytes) +
                                " bytes at offset " + std::to_string(offset_bytes) + " do not fit into " +
                                std::to_string(has) + " bytes");
}

} // namespace

memory allocate(std::shared_ptr<engine> const& owner, memory_use use, std::size_t size_bytes) {
  auto const what = owner->context().pool.acquire(use, size_bytes);
  return memory{std::make_shared<allocation>(owner, what, size_bytes)};
}

} // namespace detail

memory::memory(device const& where, std::size_t size_bytes) {
  auto const largest = where.info().limits.max_allocation_bytes;
  if (size_bytes > largest)
    throw std::invalid_argument("gpu::memory: " + std::to_string(size_bytes) + " bytes are more than the " +
                                std::to_string(largest) + " that '" + where.info().name +
                                "' can allocate at once");
  allocation_ = detail::allocate(where.shared_engine(), detail::memory_use::device, size_bytes).allocation_;
}

std::size_t memory::size_bytes() const noexcept {
  return allocation_ == nullptr ? 0 : allocation_->size_bytes;
}
std::uint64_t memory::address() const noexcept {
  return allocation_ == nullptr ? 0 : allocation_->address();
}
std::byte* memory::mapped() const noexcept {
  return allocation_ == nullptr ? nullptr : allocation_->mapped();
}

device memory::owner() const {
  if (allocation_ == nullptr)
    throw std::invalid_argument("gpu::memory::owner: empty memory has none");
  return device{allocation_->owner};
}

void memory::upload(void const* from, std::size_t size_bytes, std::size_t offset_bytes) const {
  detail::check_range(allocation_.get(), size_bytes, offset_bytes, "upload");
  if (size_bytes == 0)
    return;
  auto& context = allocation_->owner->context();
  detail::activity_span const seen{activity::upload, "upload", size_bytes};
  if (mapped() == nullptr)
    return detail::upload_staged(*allocation_, *this, static_cast<std::byte const*>(from), size_bytes,
                                 offset_bytes);
  context.time.wait(allocation_->last_use);
  std::memcpy(mapped() + offset_bytes, from, size_bytes);
  context.pool.flush(allocation_->what, offset_bytes, size_bytes);
}

void memory::download(void* to, std::size_t size_bytes, std::size_t offset_bytes) const {
  detail::check_range(allocation_.get(), size_bytes, offset_bytes, "download");
  if (size_bytes == 0)
    return;
  auto& context = allocation_->owner->context();
  detail::activity_span const seen{activity::download, "download", size_bytes};
  if (mapped() == nullptr)
    return detail::download_staged(*allocation_, *this, static_cast<std::byte*>(to), size_bytes,
                                   offset_bytes);
  context.time.wait(allocation_->last_use);
  context.pool.invalidate(allocation_->what, offset_bytes, size_bytes);
  std::memcpy(to, mapped() + offset_bytes, size_bytes);
}

} // namespace tandem::gpu
