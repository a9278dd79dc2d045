#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/sort_keys.hpp>

#include <cstddef>
#include <cstdint>

namespace tandem::cpu {

/// Arithmetic keys that are to be sorted, and in which order. Floats are in IEEE totalOrder.
struct radix_keys {
  void const* data;
  std::size_t count;
  key_kind kind;
  sort_order order = sort_order::ascending;
};

/// Where radix_sort reads what goes with the keys, and where it writes. Each output may be the input it
/// belongs to.
struct radix_values {
  void* sorted_keys = nullptr;  ///< null: the keys are not wanted
  void const* values = nullptr; ///< null: each key's position
  void* sorted_values = nullptr;
  unsigned char size = 4;        ///< bytes of a value: 4 or 8
  unsigned char output_size = 4; ///< 8 with size 4: positions are widened on the way out
};

/// Sorts keys and what goes with them, stably: the most significant digits first, from memory, then each
/// bucket in cache, the least significant first. Sorted input is recognised in one reading pass. The result
/// does not depend on threads.
///
/// Time O(n · key bits / 8); memory: one record of key and value an element (8 bytes for 4-byte keys and
/// values, else 16), up to twice where keys are very unevenly distributed. All of it is taken
/// before anything is written.
TANDEM_API void radix_sort(execution const& how, radix_keys const& keys, radix_values const& values);

} // namespace tandem::cpu
