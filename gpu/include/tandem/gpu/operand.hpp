#pragma once

#include <tandem/gpu/scalar.hpp>

#include <cstddef>

namespace tandem::gpu {

class memory;

/// A number inside the elements of a range of structs.
struct record_field {
  std::uint32_t offset_bytes;
  scalar type; ///< as it is stored; aligned to its size
};

/// How the elements of a range of structs lie in memory.
struct record_layout {
  std::uint32_t size_bytes = 0;
  std::size_t count = 0;
  record_field const* fields = nullptr;

  record_field const* begin() const noexcept { return fields; }
  record_field const* end() const noexcept { return fields + count; }
};

/// A range that a GPU algorithm reads or writes: in host memory, or already in device memory.
struct operand {
  void* host = nullptr;       ///< first element; inputs are only read. Null when `resident` is set.
  memory* resident = nullptr; ///< device memory that holds the elements
  std::size_t count = 0;
  scalar type = scalar::float32;
  std::size_t offset_bytes = 0;          ///< of the first element in `resident`
  record_layout const* record = nullptr; ///< of structs; `type` then says nothing

  /// `count` elements in host memory.
  template <Stored T>
  static operand of(T* first, std::size_t count) noexcept {
    return {const_cast<std::remove_const_t<T>*>(first), nullptr, count, stored_scalar_of<T>, 0};
  }
  /// `count` elements of T in device memory.
  template <Stored T>
  static operand of(memory& data, std::size_t count, std::size_t first = 0) noexcept {
    return {nullptr, &data, count, stored_scalar_of<T>, first * sizeof(T)};
  }

  /// Bytes of one element.
  std::size_t element_bytes() const noexcept {
    return record != nullptr ? record->size_bytes : size_of(type);
  }
};

/// The type of the values that a reduction joins: a number that a device computes with, or numbers as they lie in
/// memory (joined_type_of).
struct joined_type {
  scalar type = scalar::float32;
  record_layout const* record = nullptr; ///< of compounds and narrow numbers; `type` then says nothing

  joined_type(scalar plain) noexcept : type(plain) {}
  joined_type(scalar plain, record_layout const* layout) noexcept : type(plain), record(layout) {}

  /// Bytes of one value in host memory.
  std::size_t size_bytes() const noexcept { return record != nullptr ? record->size_bytes : size_of(type); }
};

} // namespace tandem::gpu
