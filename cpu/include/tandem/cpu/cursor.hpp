#pragma once

#include <tandem/cpu/clones.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace tandem::cpu {

/// Stands in for an input pointer where what is read at i is a function of i: element i is first + i.
/// Algorithms that take `In… in` accept pointers and this. `Plain` says whether loops over it are worth
/// compiling several times.
template <bool Plain>
class indices {
 public:
  constexpr explicit indices(std::size_t first = 0) noexcept : first_(first) {}
  constexpr std::size_t operator[](std::size_t i) const noexcept { return first_ + i; }
  constexpr indices operator+(std::size_t i) const noexcept { return indices(first_ + i); }

 private:
  std::size_t first_;
};

namespace detail {

template <class In>
inline constexpr bool vectorisable_input =
    vectorisable<std::remove_cvref_t<decltype(std::declval<In const&>()[0])>>;
template <bool Plain>
inline constexpr bool vectorisable_input<indices<Plain>> = Plain;

template <class T>
bool starts_at(T const* in, void const* place) noexcept {
  return static_cast<void const*>(in) == place;
}
template <bool Plain>
bool starts_at(indices<Plain>, void const*) noexcept {
  return false;
}

} // namespace detail
} // namespace tandem::cpu
