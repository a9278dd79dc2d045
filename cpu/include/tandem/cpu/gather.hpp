#pragma once

#include <tandem/cpu/find.hpp>
#include <tandem/cpu/map.hpp>

#include <cstdint>
#include <type_traits>

namespace tandem::cpu {

/// The lowest i with index[i] outside [0, size) — negative ones included — else n.
template <class Index>
std::size_t find_bad_index(execution const& how, std::size_t n, Index const* index, std::size_t size) {
  auto outside = [size](Index i) {
    if constexpr (std::is_signed_v<Index>)
      return i < 0 || static_cast<std::uint64_t>(i) >= size;
    else
      return i >= size;
  };
  if constexpr (sizeof(Index) < 8) // compared at its own width where it can
    if (size > std::uint64_t{static_cast<std::make_unsigned_t<Index>>(-1)} && std::is_unsigned_v<Index>)
      return n;
  return find_if(how, n, index, outside);
}

/// out[i] = in[index[i]]; every index is in range, `out` overlaps nothing.
template <class T, class Index, class Out>
void gather(execution const& how, std::size_t n, T const* in, Index const* index, Out* out) {
  map(
      how, n, out, [in](Index i) -> T const& { return in[static_cast<std::size_t>(i)]; }, index);
}

/// out[index[i]] = in[i]; every index is in range. Indices should differ: of several elements for one place,
/// any stays.
template <class T, class Index, class Out>
void scatter(execution const& how, std::size_t n, T const* in, Index const* index, Out* out) {
  for_ranges(how, n, detail::map_grain(how, n), [&](std::size_t first, std::size_t last) {
    for (auto i = first; i < last; ++i)
      out[static_cast<std::size_t>(index[i])] = in[i];
  });
}

} // namespace tandem::cpu
