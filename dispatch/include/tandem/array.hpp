#pragma once

#include <tandem/config.hpp>
#include <tandem/detail/range.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem {

namespace gpu {
class device;
class memory;
} // namespace gpu

namespace detail {

/// The untyped inside of an array: a host copy, perhaps a device copy, and which of them is up to date.
class TANDEM_API array_storage {
 public:
  explicit array_storage(std::size_t size_bytes);
  array_storage(array_storage const& other);
  array_storage(array_storage&& other) noexcept;
  array_storage& operator=(array_storage other) noexcept;
  ~array_storage();

  std::size_t size_bytes() const noexcept { return size_bytes_; }

  /// Host copy, brought up to date. Downloads if only the device copy is.
  std::byte* host_read() const {
    if (!host_valid_) [[unlikely]]
      download();
    return host_;
  }
  /// The same, and the device copy becomes stale.
  std::byte* host_update() {
    auto* const data = host_read();
    device_valid_ = false;
    return data;
  }
  /// Host copy whose present contents do not matter.
  std::byte* host_overwrite() noexcept {
    host_valid_ = true;
    device_valid_ = false;
    return host_;
  }

  /// Address of the host copy, up to date or not: for comparing extents.
  std::byte const* host_address() const noexcept { return host_; }

  bool resident() const noexcept { return device_valid_; }
  /// Id of the device whose copy is up to date; 0: none is.
  std::uint64_t resident_on() const noexcept;
  bool host_valid() const noexcept { return host_valid_; }

  /// Device copy on `where`, brought up to date; uploads if it is stale.
  gpu::memory& device_read(gpu::device const& where) const;
  /// Device copy on `where` about to be overwritten; call device_written() when that has succeeded.
  gpu::memory& device_overwrite(gpu::device const& where);
  /// The device copy if it is up to date and on `where`, else null: nothing is moved.
  gpu::memory* device_copy_on(gpu::device const& where) const noexcept;
  /// After a call failed that has overwritten the first `done_bytes` of the device copy, `in_place` if it
  /// read them too. Returns how many bytes of the host copy are now results; the rest is what it was before.
  /// Throws gpu::error when the only copy of the data is lost with its device.
  std::size_t rescue(std::size_t done_bytes, bool in_place);
  void device_written() noexcept {
    device_valid_ = true;
    host_valid_ = false;
  }

 private:
  void download() const;
  gpu::memory& device_copy(gpu::device const& where) const;

  std::byte* host_ = nullptr;
  std::size_t size_bytes_ = 0;
  mutable std::unique_ptr<gpu::memory> device_;
  mutable bool host_valid_ = true;
  mutable bool device_valid_ = false;
};

} // namespace detail

/// A fixed-size array with a host copy and, once a GPU has used it, a device copy; each is brought up to date
/// only when somebody looks, so that chained calls stay on the device. Elements are trivially copyable; new
/// ones are zero unless given.
///
/// Reading through a const array (or cbegin, cdata, `host()`) keeps both copies; reading or writing through a
/// non-const one makes the device copy stale, so prefer `std::as_const(a)` or `a.host()` to look at results
/// between GPU calls.
///
/// A device that is lost takes along what only it holds: reading such an array throws gpu::error
/// (VK_ERROR_DEVICE_LOST), from then on and on whichever device; assign to it to use it again. Look at
/// results once (`host()`) where that must not happen: an array whose host copy is up to date loses nothing.
/// On devices with unified memory finished results can still be read.
///
/// Different arrays may be used by different threads at once. One array: several threads may read it through
/// const access once its host copy is up to date (after the first such access has returned); anything else
/// needs the caller's own lock.
template <class T>
class array {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_const_v<T>,
                "tandem::array holds trivially copyable, non-const elements");

 public:
  using value_type = T;
  using size_type = std::size_t;
  using iterator = T*;
  using const_iterator = T const*;

  array() : storage_(0) {}
  /// `size` elements, all bits zero.
  explicit array(std::size_t size) : storage_(size * sizeof(T)) {
    if (size != 0)
      std::memset(static_cast<void*>(storage_.host_overwrite()), 0, size * sizeof(T));
  }
  /// `size` copies of `value`.
  array(std::size_t size, T const& value) : array(size, uninitialised{}) {
    for (auto& element : *this)
      element = value;
  }
  /// The elements listed.
  array(std::initializer_list<T> elements) : array(std::span<T const>{elements.begin(), elements.size()}) {}
  /// Copies the elements of a contiguous range.
  explicit array(std::span<T const> elements) : array(elements.size(), uninitialised{}) {
    if (!elements.empty())
      std::memcpy(static_cast<void*>(storage_.host_overwrite()), elements.data(), elements.size_bytes());
  }
  /// Copies the elements of a vector.
  explicit array(std::vector<T> const& elements) : array(std::span<T const>{elements}) {}

  /// `size` elements of unspecified value, for results.
  static array for_overwrite(std::size_t size) { return array(size, uninitialised{}); }

  std::size_t size() const noexcept { return storage_.size_bytes() / sizeof(T); }
  bool empty() const noexcept { return size() == 0; }

  /// Host copy for reading and writing; the device copy becomes stale.
  T* data() { return reinterpret_cast<T*>(storage_.host_update()); }
  /// Host copy for reading.
  T const* data() const { return reinterpret_cast<T const*>(storage_.host_read()); }
  /// Host copy for reading.
  T const* cdata() const { return data(); }

  T* begin() { return data(); }
  T* end() { return data() + size(); }
  T const* begin() const { return data(); }
  T const* end() const { return data() + size(); }
  T const* cbegin() const { return data(); }
  T const* cend() const { return data() + size(); }

  T& operator[](std::size_t i) { return data()[i]; }
  T const& operator[](std::size_t i) const { return data()[i]; }

  /// The elements for reading; the device copy stays valid.
  std::span<T const> host() const { return {data(), size()}; }
  /// A copy of the elements; the device copy stays valid.
  std::vector<T> to_vector() const { return {begin(), end()}; }

  /// True while a device copy is up to date.
  bool resident() const noexcept { return storage_.resident(); }

  /// The untyped inside, for tandem's algorithms.
  detail::array_storage& storage() noexcept { return storage_; }
  /// The same, for reading.
  detail::array_storage const& storage() const noexcept { return storage_; }

 private:
  struct uninitialised {};
  array(std::size_t size, uninitialised) : storage_(size * sizeof(T)) {}

  detail::array_storage storage_;
};

namespace detail {

template <class R>
inline constexpr bool is_array_v = false;
template <class T>
inline constexpr bool is_array_v<array<T>> = true;

} // namespace detail
} // namespace tandem
