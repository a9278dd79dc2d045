#pragma once

#include <tandem/config.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tandem::gpu {

/// The element types that a device may compute with. Their sizes in memory are those of the C++ types.
enum class scalar : std::uint8_t { boolean, int32, uint32, int64, uint64, float32, float64 };

inline constexpr std::size_t scalar_count = 7;

/// Bytes of one element in memory.
constexpr std::size_t size_of(scalar type) noexcept {
  constexpr std::size_t sizes[scalar_count] = {1, 4, 4, 8, 8, 4, 8};
  return sizes[static_cast<std::size_t>(type)];
}

/// The C++ name, for messages.
constexpr char const* name_of(scalar type) noexcept {
  constexpr char const* names[scalar_count] = {
      "bool", "std::int32_t", "std::uint32_t", "std::int64_t", "std::uint64_t", "float", "double"};
  return names[static_cast<std::size_t>(type)];
}

constexpr bool is_floating(scalar type) noexcept {
  return type >= scalar::float32;
}
constexpr bool is_signed_integer(scalar type) noexcept {
  return type == scalar::int32 || type == scalar::int64;
}
constexpr bool is_unsigned_integer(scalar type) noexcept {
  return type == scalar::uint32 || type == scalar::uint64;
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

/// The symbolic type that computes as the arithmetic type T does: `long` and `long long` are both
/// std::int64_t, types narrower than int are promoted, and what no device knows (long double) is void.
template <class T>
using canonical_t = typename decltype(detail::canonical<T>())::type;

/// True where T is a C++ number that may meet symbolic values in an expression.
template <class T>
concept Number =
    std::is_arithmetic_v<std::remove_cvref_t<T>> && !std::is_void_v<canonical_t<std::remove_cvref_t<T>>>;

/// True where a range of T may be an operand of a GPU algorithm as it lies in memory.
template <class T>
concept Element = Number<T> &&(std::is_same_v<std::remove_cvref_t<T>, bool> ||
                               (sizeof(canonical_t<std::remove_cvref_t<T>>) == sizeof(T)));

namespace detail {

template <class T>
constexpr scalar scalar_for() {
  if constexpr (std::is_same_v<T, bool>)
    return scalar::boolean;
  else if constexpr (std::is_same_v<T, float>)
    return scalar::float32;
  else if constexpr (std::is_same_v<T, double>)
    return scalar::float64;
  else if constexpr (sizeof(T) == 4)
    return std::is_signed_v<T> ? scalar::int32 : scalar::uint32;
  else
    return std::is_signed_v<T> ? scalar::int64 : scalar::uint64;
}

} // namespace detail

/// The tag of T, an Element or any Number (by its canonical type).
template <Number T>
inline constexpr scalar scalar_of = detail::scalar_for<canonical_t<std::remove_cvref_t<T>>>();

/// What C++'s usual arithmetic conversions make of an A and a B.
template <class A, class B>
using common_t = canonical_t<decltype(A{} + B{})>;

} // namespace tandem::gpu
