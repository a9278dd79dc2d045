#pragma once

#include "kernel_text.hpp"

#include "../runtime/recorder.hpp"

#include <tandem/gpu/operand.hpp>
#include <tandem/gpu/tracing/recording.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tandem::gpu::detail {

/// The push constants of one dispatch, filled member by member in the order of the text.
class push_block {
 public:
  void put(std::uint64_t word) { append(&word, sizeof word); }
  void put(std::uint32_t word) { append(&word, sizeof word); }
  /// Fills up to a multiple of 8.
  void align() {
    if (size_ % 8 != 0)
      put(std::uint32_t{0});
  }
  /// The traced parameters, or the address of their copy when they do not fit.
  void put_parameters(parameter_layout const& layout, recording const& recorded, recorder& work,
                      std::vector<std::byte>& spilled, std::uint64_t const* table_addresses) {
    align();
    auto const address_of = [&](std::uint32_t index) { return table_addresses[index]; };
    if (!parameters_spill(layout, size_)) {
      pack_parameters(layout, recorded, bytes_ + size_, address_of);
      size_ += layout.size_bytes;
      align();
      return;
    }
    spilled.resize((std::size_t{layout.size_bytes} + 7) / 8 * 8);
    pack_parameters(layout, recorded, spilled.data(), address_of);
    put(work.input(spilled.data(), spilled.size()));
  }

  void const* data() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return size_; }

 private:
  void append(void const* from, std::size_t bytes) {
    std::memcpy(bytes_ + size_, from, bytes);
    size_ += static_cast<std::uint32_t>(bytes);
  }

  alignas(8) std::byte bytes_[push_limit_bytes + 8] = {};
  std::uint32_t size_ = 0;
};

/// Where the elements [first, first + count) of an operand are for the device.
inline std::uint64_t address_for_reading(recorder& work, operand const& from, std::size_t first,
                                         std::size_t count) {
  std::size_t const element = from.element_bytes();
  if (from.resident != nullptr)
    return work.address(*from.resident, from.offset_bytes + first * element);
  return work.input(static_cast<std::byte const*>(from.host) + first * element, count * element);
}

inline std::uint64_t address_for_writing(recorder& work, operand const& to, std::size_t first,
                                         std::size_t count, host_write how) {
  std::size_t const element = to.element_bytes();
  if (to.resident != nullptr)
    return work.address(*to.resident, to.offset_bytes + first * element);
  return work.output(static_cast<std::byte*>(to.host) + first * element, count * element, how);
}

/// Addresses of the captured ranges, uploaded where they are in host memory.
class table_addresses {
 public:
  table_addresses(recorder& work, recording const& recorded);
  std::uint64_t const* data() const noexcept { return addresses_.data(); }

 private:
  static std::vector<std::uint64_t>& storage();
  std::vector<std::uint64_t>& addresses_;
};

/// Bytes [a, a + a_bytes) and [b, b + b_bytes) have one in common.
inline bool overlap(void const* a, std::size_t a_bytes, void const* b, std::size_t b_bytes) noexcept {
  auto const x = reinterpret_cast<std::uintptr_t>(a);
  auto const y = reinterpret_cast<std::uintptr_t>(b);
  return a != nullptr && b != nullptr && x < y + b_bytes && y < x + a_bytes;
}

} // namespace tandem::gpu::detail
