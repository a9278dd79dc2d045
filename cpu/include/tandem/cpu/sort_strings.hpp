#pragma once

#include <tandem/config.hpp>
#include <tandem/cpu/execution.hpp>
#include <tandem/cpu/sort_keys.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem::cpu {

/// Strings of char that order as their characters do: std::string with any allocator, std::string_view.
template <class T>
concept StringKey = requires(T const& s) {
  typename T::traits_type;
  requires std::same_as<typename T::traits_type, std::char_traits<char>>;
  { s.data() } -> std::same_as<char const*>;
  { s.size() } -> std::same_as<std::size_t>;
  requires std::convertible_to<T const&, std::string_view>;
};

/// Writes to positions[0, n) where the strings lie in sorted order; stable. The first eight characters are
/// sorted as an integer, with the position; then, where they are equal, the next eight. Memory: about 32
/// bytes a string. n must be below 2^32.
TANDEM_API void sort_strings(execution const& how, std::string_view const* strings, std::size_t n,
                             sort_order order, std::uint32_t* positions);

} // namespace tandem::cpu
