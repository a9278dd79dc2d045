#pragma once

#include <tandem/gpu/operand.hpp>

#include <cstddef>

namespace tandem::gpu {

class device;

enum class sort_order : std::uint8_t { ascending, descending };

/// Sorts n keys in place: stable radix sort, 8 bits a pass. int32, uint32, int64, uint64, float, double;
/// floats in IEEE totalOrder (−NaN < −inf … −0 < +0 … < +NaN). 64-bit keys need no 64-bit arithmetic of the
/// device. Of any size: what the device cannot hold at once is sorted in pieces and merged, with n keys (and
/// values) of host memory besides. When it throws, all keys are still there, in some order.
///
/// A pass counts digits, then moves the keys (12 bytes moved a 4-byte key); where the device's workgroups may
/// wait for earlier ones, it does both in one reading (OneSweep: Adinets, Merrill, 2022; 8 bytes).
TANDEM_API void radix_sort(device const& where, operand const& keys, std::size_t n,
                           sort_order order = sort_order::ascending);

/// Sorts keys and moves n values of `value_bytes` (4 or 8) along; equal keys keep their order. `values` gives
/// memory and offset; its type does not matter.
TANDEM_API void radix_sort_by_key(device const& where, operand const& keys, operand const& values,
                                  std::size_t value_bytes, std::size_t n,
                                  sort_order order = sort_order::ascending);

/// permutation[i] = where the i-th smallest key is, as std::uint32_t; the keys stay as they are. Stable.
TANDEM_API void radix_sort_permutation(device const& where, operand const& keys, operand const& permutation,
                                       std::size_t n, sort_order order = sort_order::ascending);

/// Starts building the kernels of a sort of n keys, on a background thread: value_bytes is 0 for keys alone,
/// 4 for a permutation. True when they are ready.
TANDEM_API bool warm_radix_sort(device const& where, scalar keys, std::size_t value_bytes, std::size_t n);

} // namespace tandem::gpu
