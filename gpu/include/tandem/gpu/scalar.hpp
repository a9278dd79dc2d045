#pragma once

#include <tandem/gpu/half.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tandem::gpu {

/// Types of numbers. A device may compute with the first seven; those after them are only how numbers lie in
/// memory, and become an int32 or a float32 when they are read. Sizes in memory are those of the C++ types.
enum class scalar : std::uint8_t {
  boolean,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
  int8,
  uint8,
  int16,
  uint16,
  float16
};

/// How many of them a device computes with, and how many there are in memory.
inline constexpr std::size_t scalar_count = 7;
inline constexpr std::size_t stored_scalar_count = 12;

/// Bytes of one element in memory.
constexpr std::size_t size_of(scalar type) noexcept {
  constexpr std::size_t sizes[stored_scalar_count] = {1, 4, 4, 8, 8, 4, 8, 1, 1, 2, 2, 2};
  return sizes[static_cast<std::size_t>(type)];
}

/// The C++ name, for messages.
constexpr char const* name_of(scalar type) noexcept {
  constexpr char const* names[stored_scalar_count] = {
      "bool",   "std::int32_t", "std::uint32_t", "std::int64_t", "std::uint64_t", "float",
      "double", "std::int8_t",  "std::uint8_t",  "std::int16_t", "std::uint16_t", "tandem::half"};
  return names[static_cast<std::size_t>(type)];
}

/// What a device computes with where memory holds this type.
constexpr scalar computed(scalar stored) noexcept {
  return stored == scalar::float16 ? scalar::float32 : stored >= scalar::int8 ? scalar::int32 : stored;
}

constexpr bool is_floating(scalar type) noexcept {
  return computed(type) == scalar::float32 || type == scalar::float64;
}
constexpr bool is_signed_integer(scalar type) noexcept {
  return type == scalar::int32 || type == scalar::int64 || type == scalar::int8 || type == scalar::int16;
}
constexpr bool is_unsigned_integer(scalar type) noexcept {
  return type == scalar::uint32 || type == scalar::uint64 || type == scalar::uint8 || type == scalar::uint16;
}
constexpr bool is_integer(scalar type) noexcept {
  return is_signed_integer(type) || is_unsigned_integer(type);
}

namespace detail {

template <class T>
constexpr auto canonical() {
  using U = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<U, bool> || std::is_same_v<U, float> || std::is_same_v<U, double>)
    return std::type_identity<U>{};
  else if constexpr (std::is_same_v<U, half>)
    return std::type_identity<float>{};
  else if constexpr (std::is_integral_v<U> && sizeof(U) <= 8) {
    using promoted = decltype(+U{});
    if constexpr (sizeof(promoted) == 4)
      return std::type_identity<
          std::conditional_t<std::is_signed_v<promoted>, std::int32_t, std::uint32_t>>{};
    else
      return std::type_identity<
          std::conditional_t<std::is_signed_v<promoted>, std::int64_t, std::uint64_t>>{};
  } else
    return std::type_identity<void>{};
}

} // namespace detail

/// The type that a device computes with where C++ has T: `long` and `long long` are both std::int64_t, types
/// narrower than int are promoted, and what no device knows (long double) is void.
template <class T>
using canonical_t = typename decltype(detail::canonical<T>())::type;

/// True where T is a number that may meet symbolic values in an expression.
template <class T>
concept Number =
    (std::is_arithmetic_v<std::remove_cvref_t<T>> ||
     std::is_same_v<std::remove_cvref_t<T>, half>)&&!std::is_void_v<canonical_t<std::remove_cvref_t<T>>>;

/// True where a range of T may be an operand of every GPU algorithm as it lies in memory.
template <class T>
concept Element = Number<T> &&(std::is_same_v<std::remove_cvref_t<T>, bool> ||
                               (sizeof(canonical_t<std::remove_cvref_t<T>>) == sizeof(T)));

namespace detail {

template <class T>
constexpr auto symbol() {
  using U = std::remove_cv_t<T>;
  if constexpr (!std::is_integral_v<U> || std::is_same_v<U, bool> || sizeof(U) >= 4)
    return std::type_identity<std::conditional_t<std::is_same_v<U, half>, half, canonical_t<U>>>{};
  else if constexpr (sizeof(U) == 1)
    return std::type_identity<std::conditional_t<std::is_signed_v<U>, std::int8_t, std::uint8_t>>{};
  else
    return std::type_identity<std::conditional_t<std::is_signed_v<U>, std::int16_t, std::uint16_t>>{};
}

template <class T>
constexpr scalar scalar_for() {
  if constexpr (std::is_same_v<T, bool>)
    return scalar::boolean;
  else if constexpr (std::is_same_v<T, half>)
    return scalar::float16;
  else if constexpr (std::is_same_v<T, float>)
    return scalar::float32;
  else if constexpr (std::is_same_v<T, double>)
    return scalar::float64;
  else if constexpr (sizeof(T) == 1)
    return std::is_signed_v<T> ? scalar::int8 : scalar::uint8;
  else if constexpr (sizeof(T) == 2)
    return std::is_signed_v<T> ? scalar::int16 : scalar::uint16;
  else if constexpr (sizeof(T) == 4)
    return std::is_signed_v<T> ? scalar::int32 : scalar::uint32;
  else
    return std::is_signed_v<T> ? scalar::int64 : scalar::uint64;
}

} // namespace detail

/// The type of which a symbolic T is: as canonical_t, but 8- and 16-bit integers and half keep their width,
/// to which results are cut when they are assigned.
template <class T>
using symbol_t = typename decltype(detail::symbol<T>())::type;

/// True for numbers that are narrower in memory than what a device computes with, bool apart.
template <class T>
inline constexpr bool is_narrow_v = !std::is_same_v<symbol_t<T>, canonical_t<T>>;

/// The tag of T, an Element or any Number (by its canonical type).
template <Number T>
inline constexpr scalar scalar_of = detail::scalar_for<canonical_t<std::remove_cvref_t<T>>>();

/// The tag of T as it lies in memory.
template <Number T>
inline constexpr scalar stored_scalar_of = detail::scalar_for<symbol_t<std::remove_cvref_t<T>>>();

/// True where a range of T may be read or written by a map: any Number as it lies in memory.
template <class T>
concept Stored = Number<T> && sizeof(symbol_t<std::remove_cvref_t<T>>) == sizeof(T);

/// What an expression sees of a stored T: a half is a float as soon as it is read.
template <class T>
using loaded_t = std::conditional_t<std::is_same_v<std::remove_cv_t<T>, half>, float, symbol_t<T>>;

/// What C++'s usual arithmetic conversions make of an A and a B.
template <class A, class B>
using common_t = canonical_t<decltype(A{} + B{})>;

} // namespace tandem::gpu
