/// Function objects that run anywhere: on plain values of any type and on the symbolic values that a lambda
/// for the GPU is recorded with. The associative ones know their identity (`identity_of`) and whether they
/// are commutative
/// (`is_commutative_v`), which reductions and scans ask.
#pragma once

#include <tandem/math/basic.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

#if defined(_GLIBCXX_RELEASE) && !defined(_GLIBCXX_INLINE_VERSION)
// Only the names are needed, and <functional> would take longer to compile than all of this header.
// clang-format off
namespace std _GLIBCXX_VISIBILITY(default) {
_GLIBCXX_BEGIN_NAMESPACE_VERSION
template <typename T>
struct plus;
template <typename T>
struct multiplies;
template <typename T>
struct bit_and;
template <typename T>
struct bit_or;
template <typename T>
struct bit_xor;
template <typename T>
struct logical_and;
template <typename T>
struct logical_or;
_GLIBCXX_END_NAMESPACE_VERSION
} // namespace std
// clang-format on
#else
#include <functional> // not with libstdc++
#endif

namespace tandem {

/// a + b. Identity: −0 for floats, so that a sum of negative zeros stays one; else 0.
struct plus {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a + b) {
    return a + b;
  }
};

/// a * b. Identity: 1.
struct multiplies {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a * b) {
    return a * b;
  }
};

/// a & b. Identity: all ones.
struct bit_and {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a & b) {
    return a & b;
  }
};

/// a | b. Identity: 0.
struct bit_or {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a | b) {
    return a | b;
  }
};

/// a ^ b. Identity: 0.
struct bit_xor {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a ^ b) {
    return a ^ b;
  }
};

/// a && b, both sides computed. Identity: true.
struct logical_and {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a && b) {
    return a && b;
  }
};

/// a || b, both sides computed. Identity: false.
struct logical_or {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a || b) {
    return a || b;
  }
};

/// a - b.
struct minus {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a - b) {
    return a - b;
  }
};

/// a / b.
struct divides {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a / b) {
    return a / b;
  }
};

/// a % b, with the sign of a.
struct modulus {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a % b) {
    return a % b;
  }
};

/// a == b.
struct equal_to {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a == b) {
    return a == b;
  }
};

/// a != b.
struct not_equal_to {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a != b) {
    return a != b;
  }
};

/// a < b.
struct less {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a < b) {
    return a < b;
  }
};

/// a > b.
struct greater {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a > b) {
    return a > b;
  }
};

/// a <= b.
struct less_equal {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a <= b) {
    return a <= b;
  }
};

/// a >= b.
struct greater_equal {
  using is_transparent = void;
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const -> decltype(a >= b) {
    return a >= b;
  }
};

/// −a.
struct negate {
  using is_transparent = void;
  template <class A>
  constexpr auto operator()(A const& a) const -> decltype(-a) {
    return -a;
  }
};

/// !a.
struct logical_not {
  using is_transparent = void;
  template <class A>
  constexpr auto operator()(A const& a) const -> decltype(!a) {
    return !a;
  }
};

/// ~a.
struct bit_not {
  using is_transparent = void;
  template <class A>
  constexpr auto operator()(A const& a) const -> decltype(~a) {
    return ~a;
  }
};

/// Returns its argument.
struct identity {
  using is_transparent = void;
  template <class A>
  constexpr A&& operator()(A&& a) const noexcept {
    return std::forward<A>(a);
  }
};

namespace detail {

/// The element type of a number or symbolic value; void for any other type.
template <class T>
struct element_behind {
  using type = void;
};
template <class T>
requires(std::is_arithmetic_v<T>) struct element_behind<T> {
  using type = T;
};
template <class T>
struct element_behind<gpu::value<T>> {
  using type = T;
};
template <class T>
using element_behind_t = typename element_behind<std::remove_cvref_t<T>>::type;

template <class T>
inline constexpr bool is_number = !std::is_void_v<element_behind_t<T>>;

/// The type of two operands as one number: symbolic if one of them is.
template <class A, class B>
constexpr auto join() {
  using type = std::common_type_t<element_behind_t<A>, element_behind_t<B>>;
  if constexpr (gpu::Value<A> || gpu::Value<B>)
    return std::type_identity<gpu::value<gpu::canonical_t<type>>>{};
  else
    return std::type_identity<type>{};
}

/// The smaller (Sign bits joined by or) or the larger (by and) of two floats. A NaN loses against a number
/// and −0 is less than +0, so neither the order nor the grouping of a reduction shows.
template <bool Largest, class N>
TANDEM_INLINE constexpr N extreme(N a, N b) {
  using math::bits;
  N const nearer = math::pick<N>(Largest ? a > b : a < b, a, b);
  N const number = math::pick<N>(b != b, a, nearer);
  math::uint_t<N> const zero = Largest ? bits(a) & bits(b) : bits(a) | bits(b);
  return math::pick<N>(a == b, math::from_bits<N>(zero), number);
}

template <bool Largest, class A, class B>
constexpr auto extreme_of(A const& a, B const& b) {
  if constexpr (is_number<A> && is_number<B>) {
    using N = typename decltype(join<A, B>())::type;
    using T = element_behind_t<N>;
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>)
      return extreme<Largest, N>(static_cast<N>(a), static_cast<N>(b));
    else
      return math::pick<N>(Largest ? N(a) < N(b) : N(b) < N(a), N(b), N(a));
  } else
    return (Largest ? a < b : b < a) ? b : a;
}

} // namespace detail

/// The smaller of a and b. Floats: a NaN loses against a number, −0 < +0, so that the order of a reduction
/// never shows (IEEE 754-2019 minimumNumber); identity NaN. Equal values of other types: the first. Compare
/// tandem::min, which is std::min.
struct minimum {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return detail::extreme_of<false>(a, b);
  }
};

/// The larger of a and b; otherwise as `minimum`.
struct maximum {
  template <class A, class B>
  constexpr auto operator()(A const& a, B const& b) const {
    return detail::extreme_of<true>(a, b);
  }
};

/// The `value` e with op(e, x) = x = op(x, e) for all x; has no value where none is known. Specialise for an
/// operation of your own.
template <class Op, class T>
struct identity_of {};

/// Whether identity_of<Op, T> has a value.
template <class Op, class T>
inline constexpr bool has_identity_v = requires {
  identity_of<Op, T>::value;
};

/// identity_of<Op, T>::value
template <class Op, class T>
inline constexpr T identity_v = identity_of<Op, T>::value;

/// Whether op(a, b) == op(b, a) for all a and b. Reductions may then join elements in another order than they
/// lie in. Specialise for an operation of your own: `template <> inline constexpr bool
/// tandem::is_commutative_v<my_op, my_type> = true;`
template <class Op, class T>
inline constexpr bool is_commutative_v = false;

namespace detail {

template <class T>
concept PlainInteger = std::integral<T> && !std::same_as<T, bool>;

template <class T>
concept Boolean = std::same_as<T, bool>;

} // namespace detail

#define TANDEM_OPERATION(op, Concept, identity_value)                                                        \
  template <Concept T>                                                                                       \
  struct identity_of<op, T> {                                                                                \
    static constexpr T value = static_cast<T>(identity_value);                                               \
  };                                                                                                         \
  template <Concept T>                                                                                       \
  inline constexpr bool is_commutative_v<op, T> = true;
#define TANDEM_STANDARD_OPERATION(op, Concept, identity_value)                                               \
  TANDEM_OPERATION(tandem::op, Concept, identity_value)                                                      \
  TANDEM_OPERATION(std::op<void>, Concept, identity_value)                                                   \
  TANDEM_OPERATION(std::op<T>, Concept, identity_value)

TANDEM_STANDARD_OPERATION(plus, std::floating_point, -0.0)
TANDEM_STANDARD_OPERATION(multiplies, std::floating_point, 1)
TANDEM_STANDARD_OPERATION(plus, std::integral, 0)
TANDEM_STANDARD_OPERATION(multiplies, std::integral, 1)
TANDEM_STANDARD_OPERATION(bit_and, detail::PlainInteger, ~T{})
TANDEM_STANDARD_OPERATION(bit_or, std::integral, 0)
TANDEM_STANDARD_OPERATION(bit_xor, std::integral, 0)
TANDEM_STANDARD_OPERATION(logical_and, detail::Boolean, true)
TANDEM_STANDARD_OPERATION(logical_or, detail::Boolean, false)
TANDEM_STANDARD_OPERATION(bit_and, detail::Boolean, true)
TANDEM_OPERATION(minimum, std::floating_point, __builtin_nanf(""))
TANDEM_OPERATION(maximum, std::floating_point, __builtin_nanf(""))
TANDEM_OPERATION(minimum, std::integral, math::largest<T>)
TANDEM_OPERATION(maximum, std::integral, math::lowest<T>)

#undef TANDEM_OPERATION
#undef TANDEM_STANDARD_OPERATION

} // namespace tandem
