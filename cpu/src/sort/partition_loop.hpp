#pragma once

#include <cstddef>
#include <cstring>

// The partition loop that the vector kernels share. Included by translation units with different target
// flags: everything is in an unnamed namespace, so that no two of them share a function.

namespace tandem::cpu::sorting {
namespace {

/// The kernel: `Lanes` says how one vector of keys is split.
///   Lanes::width                                      keys in a vector
///   Lanes::split(from, pivot, left, right)            writes the keys of from[0, width) that are below the
///   pivot from
///       `left` upwards and the others from `right` downwards; may spill over up to a whole vector above
///       `left`; returns how many were below
///   Lanes::split_exactly(from, count, pivot, left, right)   the same for `count` keys, without spilling
///
/// Room for the first write is made by taking `unroll` vectors from either end. From then on the side with
/// less room is read, so that either side always has room for `unroll` vectors, spills included.
template <class Lanes, class Key>
[[gnu::always_inline]] inline std::size_t partition_loop(Key* keys, std::size_t n, Key pivot) {
  constexpr std::size_t unroll = 4;
  constexpr std::size_t step = unroll * Lanes::width;
  Key taken[3 * step];
  if (n < 2 * step) {
    std::memcpy(taken, keys, n * sizeof(Key));
    Key* left = keys;
    Key* right = keys + n;
    Lanes::split_exactly(taken, n, pivot, left, right);
    return static_cast<std::size_t>(left - keys);
  }
  std::memcpy(taken, keys, step * sizeof(Key));
  std::memcpy(taken + step, keys + n - step, step * sizeof(Key));
  Key* left = keys;
  Key* right = keys + n;
  Key const* unread = keys + step;
  Key const* unread_end = keys + n - step;
  while (static_cast<std::size_t>(unread_end - unread) >= step) {
    Key const* from;
    if (unread - left <= right - unread_end) {
      from = unread;
      unread += step;
    } else {
      unread_end -= step;
      from = unread_end;
    }
    Lanes::template split<unroll>(from, pivot, left, right);
  }
  auto const rest = static_cast<std::size_t>(unread_end - unread);
  std::memcpy(taken + 2 * step, unread, rest * sizeof(Key));
  Lanes::split_exactly(taken, 2 * step + rest, pivot, left, right);
  return static_cast<std::size_t>(left - keys);
}

} // namespace
} // namespace tandem::cpu::sorting
