// Primitives over symbolic values that the function vocabulary is written on.
#pragma once

#include <tandem/gpu/tracing/value.hpp>

namespace tandem::gpu {
namespace detail {

/// The type of c ? a : b.
template <class A, class B>
using choice_t = std::conditional_t<std::is_same_v<number_t<A>, number_t<B>>, number_t<A>,
                                    common_t<number_t<A>, number_t<B>>>;

template <class... X>
concept AnyValue = (Operand<X> && ...) && (Value<X> || ...);

template <class... X>
concept AnyFloating = AnyValue<X...> &&(std::floating_point<number_t<X>> || ...);

} // namespace detail

/// c ? a : b; both are computed.
template <class C, class A, class B>
requires detail::AnyValue<C, A, B>
auto select(C const& c, A const& a, B const& b) {
  using T = detail::choice_t<A, B>;
  value<bool> const condition = detail::as<bool>(c);
  value<T> const yes = detail::as<T>(a);
  value<T> const no = detail::as<T>(b);
  return value<T>::from_node(
      detail::current().push(opcode::select, scalar_of<T>, condition.id(), yes.id(), no.id()));
}

/// static_cast<T>, except that a float out of an integer's range saturates and NaN gives 0 (undefined in
/// C++).
template <Number T, class U>
value<symbol_t<T>> cast(value<U> x) {
  return detail::as<symbol_t<T>>(x);
}

/// The same to the type of another value, for cast<decltype(x)>(y): x's type is T itself on the CPU.
template <Value T, Operand X>
std::remove_cvref_t<T> cast(X const& x) {
  return cast<number_t<T>>(value<number_t<X>>(x));
}

/// std::bit_cast<T> between types of one size.
template <Number T, class U>
requires(sizeof(T) == sizeof(U) && !std::same_as<T, half> &&
         !std::same_as<U, half>) value<symbol_t<T>> bit_cast(value<U> x) {
  using C = symbol_t<T>;
  if constexpr (std::same_as<C, U> || is_narrow_v<C>)
    return detail::as<C>(x);
  else
    return detail::record_unary<C>(opcode::bit_cast, x);
}

/// The same to the type of another value.
template <Value T, Operand X>
requires(sizeof(number_t<T>) == sizeof(number_t<X>)) auto bit_cast(X const& x) {
  return bit_cast<number_t<T>>(value<number_t<X>>(x));
}

/// (b < a) ? b : a, as std::min: a NaN in a stays, a NaN in b loses.
template <class A, class B>
requires detail::AnyValue<A, B>
auto min(A const& a, B const& b) {
  using T = detail::choice_t<A, B>;
  return detail::record_binary<T, T>(opcode::minimum, a, b);
}

/// (a < b) ? b : a, as std::max: a NaN in a stays, a NaN in b loses.
template <class A, class B>
requires detail::AnyValue<A, B>
auto max(A const& a, B const& b) {
  using T = detail::choice_t<A, B>;
  return detail::record_binary<T, T>(opcode::maximum, a, b);
}

/// |x|; the lowest integer gives itself.
template <class T>
auto abs(value<T> x) {
  using P = canonical_t<decltype(+T{})>;
  if constexpr (std::unsigned_integral<P>)
    return x;
  else
    return detail::record_unary<P>(opcode::absolute, detail::as<P>(x));
}

template <std::floating_point T>
value<T> floor(value<T> x) {
  return detail::record_unary<T>(opcode::floor, x);
}
template <std::floating_point T>
value<T> ceil(value<T> x) {
  return detail::record_unary<T>(opcode::ceil, x);
}
/// Halves away from zero, as std::round.
template <std::floating_point T>
value<T> round(value<T> x) {
  return detail::record_unary<T>(opcode::round, x);
}
template <std::floating_point T>
value<T> trunc(value<T> x) {
  return detail::record_unary<T>(opcode::trunc, x);
}
/// Halves to even.
template <std::floating_point T>
value<T> rint(value<T> x) {
  return detail::record_unary<T>(opcode::rint, x);
}
/// Correctly rounded.
template <std::floating_point T>
value<T> sqrt(value<T> x) {
  return detail::record_unary<T>(opcode::sqrt, x);
}
template <std::floating_point T>
value<bool> isnan(value<T> x) {
  return detail::record_unary<bool>(opcode::is_nan, x);
}
template <std::floating_point T>
value<bool> isinf(value<T> x) {
  return detail::record_unary<bool>(opcode::is_inf, x);
}

/// a · b + c rounded once.
template <class A, class B, class C>
requires detail::AnyFloating<A, B, C>
auto fma(A const& a, B const& b, C const& c) {
  using T = common_t<common_t<number_t<A>, number_t<B>>, number_t<C>>;
  value<T> const x = detail::as<T>(a);
  value<T> const y = detail::as<T>(b);
  value<T> const z = detail::as<T>(c);
  return value<T>::from_node(detail::current().push(opcode::fma, scalar_of<T>, x.id(), y.id(), z.id()));
}

/// How many bits are set.
template <std::integral T>
requires(!std::same_as<T, bool>) value<std::int32_t> popcount(value<T> x) {
  if constexpr (is_narrow_v<T> && std::signed_integral<T>)
    return popcount(value<std::make_unsigned_t<T>>(x));
  else
    return detail::record_unary<std::int32_t>(opcode::popcount, x);
}

/// How many bits from the top are zero; the width for zero.
template <std::integral T>
requires(!std::same_as<T, bool>) value<std::int32_t> countl_zero(value<T> x) {
  if constexpr (is_narrow_v<T> && std::signed_integral<T>)
    return countl_zero(value<std::make_unsigned_t<T>>(x));
  else if constexpr (is_narrow_v<T>)
    return detail::record_unary<std::int32_t>(opcode::countl_zero, x) -
           constant(static_cast<int>(32 - 8 * sizeof(T)));
  else
    return detail::record_unary<std::int32_t>(opcode::countl_zero, x);
}

/// The upper 32 bits of the 64-bit product.
template <class A, class B>
requires detail::AnyValue<A, B> value<std::uint32_t> mul_hi(A const& a, B const& b) {
  return detail::record_binary<std::uint32_t, std::uint32_t>(opcode::multiply_high, a, b);
}

/// The device's own functions of float: fast, and only as accurate as its driver makes them.
namespace native {

inline value<float> exp(value<float> x) {
  return detail::record_unary<float>(opcode::native_exp, x);
}
inline value<float> exp2(value<float> x) {
  return detail::record_unary<float>(opcode::native_exp2, x);
}
inline value<float> log(value<float> x) {
  return detail::record_unary<float>(opcode::native_log, x);
}
inline value<float> log2(value<float> x) {
  return detail::record_unary<float>(opcode::native_log2, x);
}
inline value<float> sin(value<float> x) {
  return detail::record_unary<float>(opcode::native_sin, x);
}
inline value<float> cos(value<float> x) {
  return detail::record_unary<float>(opcode::native_cos, x);
}
inline value<float> tan(value<float> x) {
  return detail::record_unary<float>(opcode::native_tan, x);
}
inline value<float> tanh(value<float> x) {
  return detail::record_unary<float>(opcode::native_tanh, x);
}
inline value<float> rsqrt(value<float> x) {
  return detail::record_unary<float>(opcode::native_rsqrt, x);
}
inline value<float> sqrt(value<float> x) {
  return detail::record_unary<float>(opcode::native_sqrt, x);
}
inline value<float> pow(value<float> x, value<float> y) {
  return detail::record_binary<float, float>(opcode::native_pow, x, y);
}
inline value<float> divide(value<float> x, value<float> y) {
  return detail::record_binary<float, float>(opcode::native_divide, x, y);
}

} // namespace native

/// Element `index` of a captured range, the primitive behind tandem::view; zero where the index is negative
/// or past the end. `data` points to host memory that stays as it is until the call of the algorithm is over.
template <Stored T, class I>
requires Value<I> && std::integral<number_t<I>> value<loaded_t<T>> load(T const* data, std::size_t count,
                                                                        I const& index) {
  recording& target = detail::current();
  std::uint32_t const range = target.table_index(table{data, nullptr, count, stored_scalar_of<T>});
  return value<loaded_t<T>>::from_node(target.push(opcode::load, scalar_of<T>, range, index.id()));
}

/// As above for a range of T that is in device memory already.
template <Stored T, class I>
requires Value<I> && std::integral<number_t<I>> value<loaded_t<T>> load(memory& data, std::size_t count,
                                                                        I const& index) {
  recording& target = detail::current();
  std::uint32_t const range = target.table_index(table{nullptr, &data, count, stored_scalar_of<T>});
  return value<loaded_t<T>>::from_node(target.push(opcode::load, scalar_of<T>, range, index.id()));
}

} // namespace tandem::gpu
