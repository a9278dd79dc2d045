#pragma once

#include <tandem/cpu/execution.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// The order of keys that are read as integers, what order an array is in already, and its reversal.

namespace tandem::cpu::sorting {

/// Integers as they are.
template <class Key>
struct integer_order {
  using key = Key;
  static constexpr Key place(Key k) noexcept { return k; }
};

/// The bits of floats, read as signed integers: below zero the order of the bits is the reverse of that of
/// the numbers.
template <class Key>
struct float_order {
  using key = Key;
  static constexpr Key place(Key bits) noexcept {
    using bits_type = std::make_unsigned_t<Key>;
    auto const negative = static_cast<bits_type>(bits >> (8 * sizeof(Key) - 1));
    return static_cast<Key>(static_cast<bits_type>(bits) ^ (negative >> 1));
  }
};

enum class run : unsigned char { none, ascending, descending };

/// Whether keys[0, n) are in non-descending or non-ascending order (ascending where both). A few neighbours
/// are looked at first, so that unordered input costs nothing.
template <class Order>
run find_run(execution const& how, typename Order::key const* keys, std::size_t n);

template <class Key>
void reverse(execution const& how, Key* keys, std::size_t n);

extern template run find_run<integer_order<std::int16_t>>(execution const&, std::int16_t const*, std::size_t);
extern template run find_run<integer_order<std::uint16_t>>(execution const&, std::uint16_t const*,
                                                           std::size_t);
extern template run find_run<integer_order<std::int32_t>>(execution const&, std::int32_t const*, std::size_t);
extern template run find_run<integer_order<std::uint32_t>>(execution const&, std::uint32_t const*,
                                                           std::size_t);
extern template run find_run<integer_order<std::int64_t>>(execution const&, std::int64_t const*, std::size_t);
extern template run find_run<integer_order<std::uint64_t>>(execution const&, std::uint64_t const*,
                                                           std::size_t);
extern template run find_run<float_order<std::int32_t>>(execution const&, std::int32_t const*, std::size_t);
extern template run find_run<float_order<std::int64_t>>(execution const&, std::int64_t const*, std::size_t);
extern template void reverse(execution const&, std::uint16_t*, std::size_t);
extern template void reverse(execution const&, std::uint32_t*, std::size_t);
extern template void reverse(execution const&, std::uint64_t*, std::size_t);

} // namespace tandem::cpu::sorting
