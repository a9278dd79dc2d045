#pragma once

#include <tandem/gpu/tracing/recording.hpp>

#include <concepts>
#include <limits>

namespace tandem::gpu {

template <class T>
class value;

namespace detail {

template <class T>
inline constexpr bool is_value = false;
template <class T>
inline constexpr bool is_value<value<T>> = true;

template <class T>
inline constexpr bool never = false;

template <class T>
struct number_behind {
  using type = symbol_t<T>;
};
template <class T>
struct number_behind<value<T>> {
  using type = T;
};

/// Whether every U is a T, so that cutting it to T's width changes nothing.
template <class T, class U>
constexpr bool holds_every() {
  if constexpr (std::is_same_v<U, bool>)
    return true;
  else if constexpr (std::is_same_v<T, half> || std::is_same_v<U, half>)
    return false;
  else
    return std::is_integral_v<U> &&
           (std::is_signed_v<U> ? std::is_signed_v<T> && sizeof(U) <= sizeof(T) : sizeof(U) < sizeof(T));
}

/// A node pushed between its limits, for floats on their way to a narrow integer.
template <class T>
std::uint32_t clamped(std::uint32_t id) {
  auto const limit = [](int number) {
    return current().push_constant(scalar::int32, static_cast<std::uint32_t>(number));
  };
  constexpr int bits = static_cast<int>(8 * sizeof(T));
  constexpr int lowest = std::is_signed_v<T> ? -(1 << (bits - 1)) : 0;
  std::uint32_t const above = limit(lowest);
  std::uint32_t const raised = current().push(opcode::maximum, scalar::int32, id, above);
  std::uint32_t const below = limit(lowest + (1 << bits) - 1);
  return current().push(opcode::minimum, scalar::int32, raised, below);
}

/// The node of a U as a T.
template <class T, class U>
std::uint32_t converted(std::uint32_t id) {
  using To = canonical_t<T>;
  using From = canonical_t<U>;
  if constexpr (!std::is_same_v<To, From>)
    id = current().push(opcode::cast, scalar_of<To>, id);
  if constexpr (std::is_integral_v<T> && is_narrow_v<T> && std::is_floating_point_v<From>)
    id = clamped<T>(id);
  else if constexpr (is_narrow_v<T> && !holds_every<T, U>())
    id = current().push(opcode::narrow, scalar_of<To>, id, static_cast<std::uint32_t>(stored_scalar_of<T>));
  return id;
}

} // namespace detail

/// A symbolic value, whatever the reference and cv qualifiers of X.
template <class X>
concept Value = detail::is_value<std::remove_cvref_t<X>>;

/// A symbolic value or a C++ number that can become one.
template <class X>
concept Operand = Value<X> || Number<X>;

/// The C++ type that X is: T of value<T>, or the symbol's type of a number.
template <class X>
using number_t = typename detail::number_behind<std::remove_cvref_t<X>>::type;

/// A symbolic T: copying it copies a node's index, operators record nodes. It lives only while its lambda is
/// traced. T is one of bool, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, float, double; or an
/// 8- or 16-bit integer or half, which operators promote and assignment cuts to its width, as in C++. A C++
/// number that meets a value becomes a parameter of the kernel, by C++'s usual arithmetic conversions.
template <class T>
class value {
  static_assert(std::is_same_v<T, symbol_t<T>>, "tandem::gpu::value<T> needs an element type of fixed width");

 public:
  using value_type = T;

  /// Zero.
  value() : id_(detail::current().push_constant(scalar_of<T>, 0)) {}
  /// A parameter that holds the number, converted as C++ converts it.
  template <Number N>
  value(N number)
      : id_(detail::current().push_parameter(
            scalar_of<T>, detail::bits_of(static_cast<canonical_t<T>>(static_cast<T>(number))))) {}
  /// The conversion that C++ does between numbers, except that floats out of an integer's range saturate and
  /// NaN gives 0.
  template <class U>
  requires(!std::same_as<U, T>) value(value<U> other) : id_(detail::converted<T, U>(other.id())) {}

  /// The value of a node that is known to be a T.
  static value from_node(std::uint32_t id) noexcept { return value(id, tag{}); }
  std::uint32_t id() const noexcept { return id_; }

  /// A traced value is not known while the lambda runs, so it cannot choose what the lambda does.
  explicit operator bool() const {
    static_assert(
        detail::never<T>,
        "tandem: a traced value was used as a condition (if, while, for, ?:, switch, && with a plain bool), "
        "but it has no value yet when the lambda is recorded for the GPU: use "
        "tandem::select(condition, a, b) for a choice, tandem::repeat or tandem::iterate_while for a loop");
    return false;
  }

  /// A number of C++ cannot come out of a traced value either.
  template <Number N>
  requires(!std::same_as<N, bool>) explicit operator N() const {
    static_assert(detail::never<N>,
                  "tandem: a traced value was converted to a plain number (static_cast, a variable of that "
                  "type, an array index), but it has no value yet when the lambda is recorded for the GPU: "
                  "use tandem::cast<T>(x) to convert, tandem::view to look up, auto for variables");
    return N{};
  }

  template <Operand X>
  value& operator+=(X const& x) {
    return *this = value(*this + x);
  }
  template <Operand X>
  value& operator-=(X const& x) {
    return *this = value(*this - x);
  }
  template <Operand X>
  value& operator*=(X const& x) {
    return *this = value(*this * x);
  }
  template <Operand X>
  value& operator/=(X const& x) {
    return *this = value(*this / x);
  }
  template <Operand X>
  value& operator%=(X const& x) {
    return *this = value(*this % x);
  }
  template <Operand X>
  value& operator&=(X const& x) {
    return *this = value(*this & x);
  }
  template <Operand X>
  value& operator|=(X const& x) {
    return *this = value(*this | x);
  }
  template <Operand X>
  value& operator^=(X const& x) {
    return *this = value(*this ^ x);
  }
  template <Operand X>
  value& operator<<=(X const& x) {
    return *this = value(*this << x);
  }
  template <Operand X>
  value& operator>>=(X const& x) {
    return *this = value(*this >> x);
  }
  value& operator++() { return *this = value(*this + one()); }
  value& operator--() { return *this = value(*this - one()); }
  value operator++(int) {
    value before = *this;
    ++*this;
    return before;
  }
  value operator--(int) {
    value before = *this;
    --*this;
    return before;
  }

 private:
  struct tag {};
  value(std::uint32_t id, tag) noexcept : id_(id) {}
  static value one() {
    return from_node(detail::current().push_constant(scalar_of<T>, detail::bits_of(canonical_t<T>(1))));
  }

  std::uint32_t id_;
};

/// A literal written into the kernel's text instead of a parameter. For numbers that are the same at every
/// call, such as the coefficients of a polynomial; a captured number given to it makes one kernel per number.
template <Number T>
value<canonical_t<T>> constant(T number) {
  using C = canonical_t<T>;
  return value<C>::from_node(
      detail::current().push_constant(scalar_of<C>, detail::bits_of(static_cast<C>(number))));
}

namespace detail {

/// X as a value<T>: itself, converted, or a new parameter.
template <class T, Operand X>
value<T> as(X const& x) {
  if constexpr (Value<X>) {
    if constexpr (std::same_as<number_t<X>, T>)
      return x;
    else
      return value<T>(x);
  } else
    return value<T>(x);
}

template <class R, class T>
value<R> record_unary(opcode code, value<T> x) {
  return value<R>::from_node(current().push(code, scalar_of<R>, x.id()));
}

/// Both operands converted to In, result R. Operands are converted from left to right, so that shapes are
/// stable.
template <class R, class In, Operand A, Operand B>
value<R> record_binary(opcode code, A const& a, B const& b) {
  value<In> const left = as<In>(a);
  value<In> const right = as<In>(b);
  return value<R>::from_node(current().push(code, scalar_of<R>, left.id(), right.id()));
}

} // namespace detail
} // namespace tandem::gpu

/// std::numeric_limits<decltype(x)> says the same of a symbolic value as of the number it stands for.
template <class T>
class std::numeric_limits<tandem::gpu::value<T>> : public std::numeric_limits<T> {};

#include <tandem/gpu/tracing/operators.hpp>
