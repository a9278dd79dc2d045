#pragma once

#include <tandem/config.hpp>
#include <tandem/gpu/device.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tandem::gpu {

namespace detail {
class allocation;
}

/// A ref-counted piece of device memory, aligned to 256 bytes; copies share it. Comes from the device's pool
/// and goes back to it when the last copy is gone and the GPU has finished with it. Contents start undefined.
/// `buffer<T>` is its typed face. Safe to use from several threads, as a std::shared_ptr is: upload() and
/// download() of one memory at once need the caller's own order.
class TANDEM_API memory {
 public:
  memory() noexcept = default;
  /// Throws gpu::error (VK_ERROR_OUT_OF_DEVICE_MEMORY) when the device has no room, even after giving back
  /// what the pool keeps; std::invalid_argument above the device's largest allocation.
  memory(device const& where, std::size_t size_bytes);

  explicit operator bool() const noexcept { return allocation_ != nullptr; }
  std::size_t size_bytes() const noexcept;
  /// The device address (of GLSL's buffer_reference); 0 when empty.
  std::uint64_t address() const noexcept;
  /// Where the host sees these bytes, on devices with unified memory; otherwise null.
  std::byte* mapped() const noexcept;
  /// The device it lies on.
  device owner() const;

  /// Copies host memory in, after whatever submitted work uses this memory has finished; returns when `from`
  /// may be changed. Throws std::invalid_argument when the range does not fit.
  void upload(void const* from, std::size_t size_bytes, std::size_t offset_bytes = 0) const;
  /// Copies out to host memory, after whatever submitted work uses this memory has finished.
  void download(void* to, std::size_t size_bytes, std::size_t offset_bytes = 0) const;

  /// True for the same piece of memory.
  friend bool operator==(memory const&, memory const&) = default;

  /// @cond internal
  explicit memory(std::shared_ptr<detail::allocation> allocation) noexcept
      : allocation_(std::move(allocation)) {}
  std::shared_ptr<detail::allocation> const& shared() const noexcept { return allocation_; }
  /// @endcond

 private:
  std::shared_ptr<detail::allocation> allocation_;
};

} // namespace tandem::gpu
