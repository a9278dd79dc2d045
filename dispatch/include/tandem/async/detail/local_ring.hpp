// The ring of local_queue<T>: the interface of ring<T> for one thread, without atomics.
#pragma once

#include <tandem/async/outcome.hpp>

#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace tandem::detail {

template <class T>
class local_ring {
  struct cell {
    alignas(T) unsigned char storage[sizeof(T)];
    T* value() noexcept { return std::launder(reinterpret_cast<T*>(storage)); }
  };

 public:
  explicit local_ring(std::size_t capacity)
      : capacity_(capacity), mask_(std::bit_ceil(capacity) - 1), cells_(new cell[mask_ + 1]) {}
  local_ring(local_ring const&) = delete;
  local_ring& operator=(local_ring const&) = delete;
  ~local_ring() {
    for (; head_ != tail_; ++head_)
      cells_[head_ & mask_].value()->~T();
  }

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t size() const noexcept { return tail_ - head_; }
  bool closed() const noexcept { return closed_; }
  bool empty() const noexcept { return head_ == tail_; }

  wait_status push(T& value, bool& wake) noexcept {
    if (closed_)
      return wait_status::closed;
    if (tail_ - head_ >= capacity_)
      return wait_status::full;
    ::new (static_cast<void*>(cells_[tail_ & mask_].storage)) T(std::move(value));
    ++tail_;
    wake = poppers_waiting_;
    return wait_status::ok;
  }

  wait_status pop(std::optional<T>& out, bool& wake) noexcept {
    if (head_ == tail_)
      return closed_ ? wait_status::closed : wait_status::empty;
    T* const value = cells_[head_ & mask_].value();
    out.emplace(std::move(*value));
    value->~T();
    ++head_;
    wake = pushers_waiting_;
    return wait_status::ok;
  }

  void set_poppers_waiting(bool on) noexcept { poppers_waiting_ = on; }
  void set_pushers_waiting(bool on) noexcept { pushers_waiting_ = on; }
  bool pushers_waiting() const noexcept { return pushers_waiting_; }
  void close() noexcept { closed_ = true; }

 private:
  std::size_t const capacity_;
  std::size_t const mask_;
  std::unique_ptr<cell[]> const cells_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  bool closed_ = false;
  bool poppers_waiting_ = false;
  bool pushers_waiting_ = false;
};

} // namespace tandem::detail
