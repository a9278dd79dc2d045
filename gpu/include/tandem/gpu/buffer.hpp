#pragma once

#include <tandem/gpu/memory.hpp>

#include <span>
#include <type_traits>
#include <vector>

namespace tandem::gpu {

/// `size()` elements of a trivially copyable T in device memory. A handle: copies share the elements.
template <class T>
class buffer {
  static_assert(std::is_trivially_copyable_v<T>, "a gpu::buffer holds trivially copyable elements");

 public:
  using value_type = T;

  buffer() noexcept = default;
  /// `size` elements, undefined at first.
  buffer(device const& where, std::size_t size) : memory_(where, size * sizeof(T)), size_(size) {}
  /// The elements of `from`.
  buffer(device const& where, std::span<T const> from) : buffer(where, from.size()) { upload(from); }

  std::size_t size() const noexcept { return size_; }
  std::size_t size_bytes() const noexcept { return size_ * sizeof(T); }
  /// Device address of the first element.
  std::uint64_t address() const noexcept { return memory_.address(); }
  /// The device memory itself.
  gpu::memory const& memory() const noexcept { return memory_; }

  /// Writes `from` to the elements that start at `first`. Throws std::invalid_argument when they do not fit.
  void upload(std::span<T const> from, std::size_t first = 0) const {
    memory_.upload(from.data(), from.size_bytes(), first * sizeof(T));
  }
  /// Reads the elements that start at `first` into `to`, after submitted work on this buffer has finished.
  void download(std::span<T> to, std::size_t first = 0) const {
    memory_.download(to.data(), to.size_bytes(), first * sizeof(T));
  }
  /// All elements.
  std::vector<T> download() const {
    std::vector<T> all(size_);
    download(std::span<T>{all});
    return all;
  }

 private:
  gpu::memory memory_;
  std::size_t size_ = 0;
};

} // namespace tandem::gpu
