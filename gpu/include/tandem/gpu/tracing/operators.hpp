// Operators of gpu::value: each converts its operands as C++ would and records one node.
#pragma once

#include <tandem/gpu/tracing/value.hpp>

namespace tandem::gpu {
namespace detail {

/// At least one symbolic value; the other may be a C++ number.
template <class A, class B>
concept Mixed = Operand<A> && Operand<B> &&(Value<A> || Value<B>);

template <class A, class B>
using mixed_t = common_t<number_t<A>, number_t<B>>;

template <class A, class B>
concept MixedIntegers = Mixed<A, B> && std::integral<number_t<A>> && std::integral<number_t<B>>;

template <class X>
using promoted_t = canonical_t<decltype(+number_t<X>{})>;

} // namespace detail

template <class A, class B>
requires detail::Mixed<A, B>
auto operator+(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::add, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B>
auto operator-(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::subtract, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B>
auto operator*(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::multiply, a, b);
}

/// Integers divide towards zero. Dividing by zero, and the lowest number by −1, is undefined in C++; here it
/// gives a.
template <class A, class B>
requires detail::Mixed<A, B>
auto operator/(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::divide, a, b);
}

/// a − (a / b) · b, with the sign of a; 0 where b is zero.
template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator%(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::remainder, a, b);
}

template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator&(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::bit_and, a, b);
}

template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator|(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::bit_or, a, b);
}

template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator^(A const& a, B const& b) {
  using T = detail::mixed_t<A, B>;
  return detail::record_binary<T, T>(opcode::bit_xor, a, b);
}

namespace detail {

/// The type of a shift is that of its promoted left side; the count is taken modulo the width, as x86 does.
template <class A, class B>
auto record_shift(opcode code, A const& a, B const& b) {
  using T = promoted_t<A>;
  value<T> const left = as<T>(a);
  value<std::uint32_t> const count = as<std::uint32_t>(b);
  return value<T>::from_node(current().push(code, scalar_of<T>, left.id(), count.id()));
}

} // namespace detail

/// Bits move towards the top; a count past the width is taken modulo the width.
template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator<<(A const& a, B const& b) {
  return detail::record_shift(opcode::shift_left, a, b);
}

/// Arithmetic for signed types; a count past the width is taken modulo the width.
template <class A, class B>
requires detail::MixedIntegers<A, B>
auto operator>>(A const& a, B const& b) {
  return detail::record_shift(opcode::shift_right, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator==(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::equal, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator!=(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::not_equal, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator<(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::less, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator<=(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::less_equal, a, b);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator>(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::less, b, a);
}

template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator>=(A const& a, B const& b) {
  return detail::record_binary<bool, detail::mixed_t<A, B>>(opcode::less_equal, b, a);
}

/// Both sides are computed: nothing is cut short. A load past the end of a view reads zero, so that this is
/// safe.
template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator&&(A const& a, B const& b) {
  return detail::record_binary<bool, bool>(opcode::logical_and, a, b);
}

/// Both sides are computed: nothing is cut short.
template <class A, class B>
requires detail::Mixed<A, B> value<bool>
operator||(A const& a, B const& b) {
  return detail::record_binary<bool, bool>(opcode::logical_or, a, b);
}

template <class T>
value<bool> operator!(value<T> x) {
  return detail::record_unary<bool>(opcode::logical_not, detail::as<bool>(x));
}

template <class T>
auto operator-(value<T> x) {
  using P = detail::promoted_t<T>;
  return detail::record_unary<P>(opcode::negate, detail::as<P>(x));
}

template <class T>
auto operator+(value<T> x) {
  return detail::as<detail::promoted_t<T>>(x);
}

template <class T>
requires std::integral<T>
auto operator~(value<T> x) {
  using P = detail::promoted_t<T>;
  return detail::record_unary<P>(opcode::bit_not, detail::as<P>(x));
}

} // namespace tandem::gpu
