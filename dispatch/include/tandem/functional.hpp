#pragma once

#include <tandem/gpu/tracing/functions.hpp>
#include <tandem/gpu/tracing/operators.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <type_traits>

/// \file
/// Function objects that mean the same on plain values and in traced code, what is known of them (identity, commutativity), and
/// how a user's own operation makes itself known.

namespace tandem {

/// a + b. Identity 0 (−0.0 for floats, so that −0.0 + identity stays −0.0).
struct plus {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a + b;
  }
};

/// a − b.
struct minus {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a - b;
  }
};

/// a · b. Identity 1.
struct multiplies {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a * b;
  }
};

/// a / b.
struct divides {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a / b;
  }
};

/// a & b. Identity: all bits set.
struct bit_and {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a & b;
  }
};

/// a | b. Identity 0.
struct bit_or {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a | b;
  }
};

/// a ^ b. Identity 0.
struct bit_xor {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a ^ b;
  }
};

/// a && b; both are computed. Identity true.
struct logical_and {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a && b;
  }
};

/// a || b; both are computed. Identity false.
struct logical_or {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a || b;
  }
};

/// −a.
struct negate {
  template <class A>
  constexpr auto operator()(A const& a) const {
    return -a;
  }
};

/// a itself.
struct identity {
  template <class A>
  constexpr A operator()(A const& a) const {
    return a;
  }
};

struct equal_to {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a == b;
  }
};

struct not_equal_to {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a != b;
  }
};

struct less {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a < b;
  }
};

struct greater {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a > b;
  }
};

struct less_equal {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a <= b;
  }
};

struct greater_equal {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return a >= b;
  }
};

namespace detail {

/// A total order's smaller or larger value, so that order never matters: a NaN loses against any number, −0 is below +0,
/// of two NaNs the one on the left stays (a fixed tree makes that the same everywhere).
template <bool Larger, class T>
constexpr T extreme(T const& a, T const& b) {
  if constexpr (std::floating_point<T>) {
    using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    auto const equal_takes_b = Larger ? (std::bit_cast<bits>(a) < 0) : (std::bit_cast<bits>(a) >= 0);
    auto const takes_b = (Larger ? a < b : b < a) || (a == b && equal_takes_b) || (a != a && b == b);
    return takes_b ? b : a;
  } else {
    return (Larger ? a < b : b < a) ? b : a;
  }
}

template <bool Larger, class T>
gpu::value<T> extreme(gpu::value<T> a, gpu::value<T> b) {
  if constexpr (std::floating_point<T>) {
    using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
    auto const a_negative = gpu::bit_cast<bits>(a) < gpu::constant(bits{0});
    auto const equal_takes_b = Larger ? a_negative : !a_negative;
    auto const takes_b = (Larger ? a < b : b < a) || (a == b && equal_takes_b) || (a != a && b == b);
    return gpu::select(takes_b, b, a);
  } else {
    return gpu::select(Larger ? a < b : b < a, b, a);
  }
}

template <bool Larger, class A, class B>
constexpr auto extreme_of(A const& a, B const& b) {
  if constexpr (gpu::Value<A> || gpu::Value<B>) {
    using T = gpu::detail::choice_t<A, B>;
    return extreme<Larger>(gpu::detail::as<T>(a), gpu::detail::as<T>(b));
  } else {
    using T = std::common_type_t<A, B>;
    return extreme<Larger, T>(a, b);
  }
}

} // namespace detail

/// The smaller value; a NaN never wins against a number, −0 is below +0. Identity: +inf, or the type's largest value.
struct minimum {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return detail::extreme_of<false>(a, b);
  }
};

/// The larger value; a NaN never wins against a number, −0 is below +0. Identity: −inf, or the type's lowest value.
struct maximum {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return detail::extreme_of<true>(a, b);
  }
};

namespace detail {

template <class Op, class T>
constexpr bool commutes() {
  constexpr auto any_of = []<class... Ops>(std::type_identity<Ops>...) { return (std::is_same_v<Op, Ops> || ...); };
  constexpr bool ours = any_of(std::type_identity<plus>{}, std::type_identity<multiplies>{}, std::type_identity<minimum>{},
                               std::type_identity<maximum>{}, std::type_identity<bit_and>{}, std::type_identity<bit_or>{},
                               std::type_identity<bit_xor>{}, std::type_identity<logical_and>{}, std::type_identity<logical_or>{});
  constexpr bool standard =
      any_of(std::type_identity<std::plus<>>{}, std::type_identity<std::plus<T>>{}, std::type_identity<std::multiplies<>>{},
             std::type_identity<std::multiplies<T>>{}, std::type_identity<std::bit_and<>>{}, std::type_identity<std::bit_and<T>>{},
             std::type_identity<std::bit_or<>>{}, std::type_identity<std::bit_or<T>>{}, std::type_identity<std::bit_xor<>>{},
             std::type_identity<std::bit_xor<T>>{}, std::type_identity<std::logical_and<>>{},
             std::type_identity<std::logical_and<T>>{}, std::type_identity<std::logical_or<>>{},
             std::type_identity<std::logical_or<T>>{});
  return std::is_arithmetic_v<T> && (ours || standard);
}

} // namespace detail

/// True where Op(a, b) and Op(b, a) are the same for every a and b of type T, so that a reduction may fold lanes side by side.
/// Known of tandem's operations and the std:: ones of the same meaning on arithmetic types. For an operation of your own:
///
///     template <class T> inline constexpr bool tandem::is_commutative_v<my_operation, T> = true;
template <class Op, class T>
inline constexpr bool is_commutative_v = detail::commutes<Op, T>();

/// The value e with Op(e, x) = Op(x, e) = x for every x; specialise for an operation of your own.
template <class Op, class T>
struct identity_of;

template <class T>
struct identity_of<plus, T> {
  static constexpr T value = std::floating_point<T> ? T(-0.0) : T{};
};
template <class T>
struct identity_of<multiplies, T> {
  static constexpr T value = T(1);
};
template <class T>
struct identity_of<minimum, T> {
  static constexpr T value = std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
};
template <class T>
struct identity_of<maximum, T> {
  static constexpr T value =
      std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
};
template <class T>
struct identity_of<bit_and, T> {
  static constexpr T value = static_cast<T>(~T{});
};
template <class T>
struct identity_of<bit_or, T> {
  static constexpr T value = T{};
};
template <class T>
struct identity_of<bit_xor, T> {
  static constexpr T value = T{};
};
template <class T>
struct identity_of<logical_and, T> {
  static constexpr T value = T(true);
};
template <class T>
struct identity_of<logical_or, T> {
  static constexpr T value = T(false);
};

/// identity_of<Op, T>::value
template <class Op, class T>
inline constexpr T identity_v = identity_of<Op, T>::value;

} // namespace tandem
