#pragma once

#include <tandem/gpu/scalar.hpp>

#include <cstddef>

namespace tandem::gpu {

class memory;

/// A range that a GPU algorithm reads or writes: in host memory, or already in device memory.
struct operand {
  void* host = nullptr;       ///< first element; inputs are only read. Null when `resident` is set.
  memory* resident = nullptr; ///< device memory that holds the elements
  std::size_t count = 0;
  scalar type = scalar::float32;
  std::size_t offset_bytes = 0; ///< of the first element in `resident`

  /// `count` elements in host memory.
  template <Element T>
  static operand of(T* first, std::size_t count) noexcept {
    return {const_cast<std::remove_const_t<T>*>(first), nullptr, count, scalar_of<T>, 0};
  }
  /// `count` elements of T in device memory.
  template <Element T>
  static operand of(memory& data, std::size_t count, std::size_t first = 0) noexcept {
    return {nullptr, &data, count, scalar_of<T>, first * sizeof(T)};
  }
};

} // namespace tandem::gpu
