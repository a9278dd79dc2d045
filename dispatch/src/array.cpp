#include <tandem/array.hpp>

#include <tandem/gpu/error.hpp>
#include <tandem/gpu/room.hpp>

#include <new>
#include <string>

namespace tandem::detail {
namespace {

constexpr std::align_val_t alignment{
    256}; // a cache line and more: vector loads, and host import of large arrays

} // namespace

array_storage::array_storage(std::size_t size_bytes)
    : host_(size_bytes == 0 ? nullptr : static_cast<std::byte*>(::operator new(size_bytes, alignment))),
      size_bytes_(size_bytes) {}

array_storage::array_storage(array_storage const& other) : array_storage(other.size_bytes_) {
  if (size_bytes_ != 0)
    std::memcpy(host_, other.host_read(), size_bytes_);
}

array_storage::array_storage(array_storage&& other) noexcept
    : host_(std::exchange(other.host_, nullptr)), size_bytes_(std::exchange(other.size_bytes_, 0)),
      device_(std::move(other.device_)), host_valid_(std::exchange(other.host_valid_, true)),
      device_valid_(std::exchange(other.device_valid_, false)) {}

array_storage& array_storage::operator=(array_storage other) noexcept {
  std::swap(host_, other.host_);
  std::swap(size_bytes_, other.size_bytes_);
  std::swap(device_, other.device_);
  std::swap(host_valid_, other.host_valid_);
  std::swap(device_valid_, other.device_valid_);
  return *this;
}

array_storage::~array_storage() {
  ::operator delete(host_, alignment);
}

void array_storage::download() const {
  device_->download(host_, size_bytes_);
  host_valid_ = true;
}

gpu::memory& array_storage::device_copy(gpu::device const& where) const {
  if (device_ == nullptr || !*device_ || device_->owner() != where) {
    if (!host_valid_)
      download(); // from the device that has the only valid copy
    device_ = std::make_unique<gpu::memory>(gpu::room_on(where, size_bytes_));
    device_valid_ = false;
  }
  return *device_;
}

gpu::memory& array_storage::device_read(gpu::device const& where) const {
  auto& copy = device_copy(where);
  if (!device_valid_) {
    copy.upload(host_, size_bytes_);
    device_valid_ = true;
  }
  return copy;
}

gpu::memory& array_storage::device_overwrite(gpu::device const& where) {
  if (device_ != nullptr && *device_ && device_->owner() != where && !host_valid_) {
    try {
      download();
    } catch (gpu::error const&) { // lost with its device, but nobody needs it any more
      host_valid_ = true;
    }
  }
  return device_copy(where);
}

std::uint64_t array_storage::resident_on() const noexcept {
  return device_valid_ ? device_->owner().id() : 0;
}

gpu::memory* array_storage::device_copy_on(gpu::device const& where) const noexcept {
  return device_valid_ && device_->owner() == where ? device_.get() : nullptr;
}

std::size_t array_storage::rescue(std::size_t done_bytes, bool in_place) {
  if (!in_place) { // whatever the copy on the device holds now, it is not what this array was
    if (done_bytes != 0) {
      try {
        device_->download(host_, done_bytes);
      } catch (gpu::error const&) {
        done_bytes = 0;
      }
    }
    host_valid_ = true;
    device_valid_ = false;
    return done_bytes;
  }
  device_valid_ = device_valid_ && done_bytes == 0;
  if (host_valid_) // holds what was there before
    return 0;
  device_->download(host_, size_bytes_); // results, then what was there before
  host_valid_ = true;
  device_valid_ = false;
  return done_bytes;
}

} // namespace tandem::detail
