// pow, cbrt, hypot and rsqrt. pow takes the logarithm of |x| to base 2 as a sum of two numbers, with about
// half as many digits again as one has, multiplies it by y without loss (T. J. Dekker, A floating-point
// technique for extending the available precision, 1971) and raises 2 to it.
#pragma once

#include <tandem/math/algorithms/exponential.hpp>
#include <tandem/math/algorithms/logarithm.hpp>
#include <tandem/math/root.hpp>

namespace tandem::math {

/// high + low, |low| at most half a last place of high.
template <class N>
struct pair {
  N high, low;
};

/// a + b where |a| ≥ |b| or a = 0.
template <class N>
TANDEM_INLINE pair<N> quick_sum(N a, N b) {
  N const sum = a + b;
  return {sum, (a - sum) + b};
}

/// a·b exactly, unless it overflows.
template <class N>
TANDEM_INLINE pair<N> exact_product(N a, N b) {
  N const product = a * b;
  N const a_high = upper_half(a);
  N const a_low = a - a_high;
  N const b_high = upper_half(b);
  N const b_low = b - b_high;
  return {product, ((a_high * b_high - product) + (a_high * b_low + a_low * b_high)) + a_low * b_low};
}

/// log2 of a positive finite number, to about one and a half times the digits; `normal` as for parts_of.
template <class N>
TANDEM_INLINE pair<N> long_log2(N x, bool normal) {
  using S = scalar_t<N>;
  using C = constants<S>;
  logarithm_parts<N> const p = parts_of(x, normal);
  auto const two = literal<N>(S(2));
  N const f = p.fraction;
  // s = f/(2 + f) = q + q_low
  N const divisor = two + f;
  N const divisor_low = (two - divisor) + f;
  N const inverse = literal<N>(S(1)) / divisor;
  N const q = f * inverse;
  pair<N> const back = exact_product(q, divisor);
  N const q_low = (((f - back.high) - back.low) - q * divisor_low) * inverse;
  // t = s², then c = 2/3 + 2/5·t + …, and the logarithm is 2·s + s·t·c.
  pair<N> t = exact_product(q, q);
  N const twice = q + q;
  t.low = t.low + twice * q_low;
  N const tail = t.high * polynomial(t.high, coefficients<S>::atanh_far);
  N const third = N(literal<N>(C::two_thirds[0]));
  pair<N> c = quick_sum(third, tail);
  c.low = c.low + literal<N>(C::two_thirds[1]);
  pair<N> v = exact_product(t.high, c.high);
  v.low = v.low + (t.high * c.low + t.low * c.high);
  pair<N> w = exact_product(q, v.high);
  w.low = w.low + (q * v.low + q_low * v.high);
  pair<N> natural = quick_sum(twice, w.high);
  natural.low = natural.low + (w.low + (q_low + q_low));
  pair<N> g = exact_product(natural.high, N(literal<N>(C::log2_e_pair[0])));
  g.low =
      g.low + (natural.high * literal<N>(C::log2_e_pair[1]) + natural.low * literal<N>(C::log2_e_pair[0]));
  pair<N> const sum = quick_sum(p.exponent, g.high);
  return quick_sum(sum.high, sum.low + g.low);
}

/// 2^product.
template <class N>
TANDEM_INLINE N power_of_two_pair(pair<N> product, bool quick) {
  using S = scalar_t<N>;
  using F = format<S>;
  N const shifted = product.high + literal<N>(F::rounder);
  N const k = shifted - literal<N>(F::rounder);
  N const r = (product.high - k) + product.low;
  N const y = literal<N>(S(1)) + r * polynomial(r, coefficients<S>::exp2);
  return quick ? scale_normal(y, bits(shifted)) : scale(y, integer_of(shifted));
}

/// |x|^y with the special cases of zeros and infinities, but those of y = 0 and x = 1. `product` is y·log2|x|
/// where that means anything.
template <class N>
TANDEM_INLINE N power_of_magnitude(N a, N y, pair<N> product) {
  using S = scalar_t<N>;
  constexpr S limit = sizeof(S) == 4 ? S(160) : S(1100); // beyond it the result is zero or infinite
  auto const zero = literal<N>(S(0));
  auto const one = literal<N>(S(1));
  auto const infinity = literal_bits<N>(format<S>::infinity);
  auto const inside = magnitude(product.high) < literal<N>(limit);
  pair<N> const safe{bounded(product.high, -limit, limit), pick<N>(inside, product.low, zero)};
  N const finite = power_of_two_pair(safe, false);
  auto const up = y > zero;
  N const at_zero = pick<N>(up, zero, infinity);
  N const at_infinity = pick<N>(up, infinity, zero);
  N const usual = pick<N>(a == zero, at_zero, pick<N>(a == infinity, at_infinity, finite));
  // y infinite: as at zero or at infinity of x, whichever side of one |x| is on.
  N const extreme = pick<N>(a > one, at_infinity, pick<N>(a == one, one, at_zero));
  return pick<N>(magnitude(y) == infinity, extreme, usual);
}

/// x^y with every special case of std::pow.
template <class N>
TANDEM_INLINE N pow(N x, N y) {
  using S = scalar_t<N>;
  using F = format<S>;
  auto const zero = literal<N>(S(0));
  N const a = magnitude(x);
  bool const normal = always_normal(x);
  pair<N> const logarithm = long_log2(a, normal);
  pair<N> product = exact_product(logarithm.high, y);
  product.low = product.low + logarithm.low * y;
  constexpr S quick = sizeof(S) == 4 ? S(125) : S(1021);
  if (normal && always(magnitude(product.high) < literal<N>(quick)))
    return power_of_two_pair(product, true);

  auto const lift = literal<N>(F::rounder / S(1.5)); // from here on every number is an integer
  N const b = magnitude(y);
  N const half = b * literal<N>(S(0.5));
  auto const whole = b >= lift || (b + lift) - lift == b;
  auto const even = half >= lift || (half + lift) - lift == half;
  auto const negative = sign_of(x) != literal<N>(typename traits<S>::uint{0});
  auto const negated = negative && whole && !even;
  auto const outside = negative && !whole && a > zero && a < literal_bits<N>(F::infinity);
  N result = power_of_magnitude(a, y, product);
  result = pick<N>(outside, literal_bits<N>(F::quiet_nan), result);
  result = pick<N>(negated, from_bits<N>(bits(result) | literal<N>(F::sign)), result);
  result = pick<N>(x != x || y != y, x + y, result);
  return pick<N>(y == zero || x == literal<N>(S(1)), literal<N>(S(1)), result);
}

/// 1/√x with two roundings.
template <class N>
TANDEM_INLINE N rsqrt(N x) {
  return literal<N>(scalar_t<N>(1)) / root(x);
}

template <class N>
TANDEM_INLINE N cbrt(N x) {
  using S = scalar_t<N>;
  using F = format<S>;
  N const a = magnitude(x);
  logarithm_parts<N> const p = parts_of(a, always_normal(a));
  N const third = p.exponent * literal<N>(S(1) / S(3)) + literal<N>(F::rounder);
  N const k = third - literal<N>(F::rounder);
  N const rest = p.exponent - k * literal<N>(S(3)); // −1, 0 or 1
  auto const below = rest < literal<N>(S(0));
  auto const above = rest > literal<N>(S(0));
  N const m = p.fraction + literal<N>(S(1));
  N const factor = pick<N>(below, literal<N>(S(0.5)), pick<N>(above, literal<N>(S(2)), literal<N>(S(1))));
  N const start = pick<N>(below, literal<N>(S(0.79370052598)),
                          pick<N>(above, literal<N>(S(1.25992104989)), literal<N>(S(1))));
  N const full = m * factor;
  N y = start * polynomial(m, coefficients<S>::cbrt);
  if constexpr (sizeof(S) == 8) { // Halley's iteration triples the digits
    N const cube = y * y * y;
    y = y + y * ((full - cube) / (cube + cube + full));
  }
  // Newton's doubles them, with what is missing from the cube known beyond the last place.
  pair<N> const square = exact_product(y, y);
  pair<N> const cube = exact_product(square.high, y);
  N const missing = (full - cube.high) - (cube.low + square.low * y);
  y = y + missing / (square.high * literal<N>(S(3)));
  y = scale_normal(y, integer_of(third));
  auto const special = a == literal<N>(S(0)) || !(a < literal_bits<N>(F::infinity));
  return flip(pick<N>(special, a, y), sign_of(x));
}

/// √(x² + y²) without overflow on the way; infinite if one side is, even if the other is NaN.
template <class N>
TANDEM_INLINE N hypot(N x, N y) {
  using S = scalar_t<N>;
  using F = format<S>;
  using U = typename traits<S>::uint;
  N const a = magnitude(x);
  N const b = magnitude(y);
  auto const infinity = literal_bits<N>(F::infinity);
  N const large = pick<N>(a < b, b, a);
  // 2^e and 2^−e of the larger side.
  uint_t<N> const exponent = bits(large) & literal<N>(F::infinity);
  constexpr U lowest = U{1} << F::fraction_bits;
  constexpr U highest = static_cast<U>(U{2} * F::bias - 1) << F::fraction_bits;
  uint_t<N> const not_low = pick<uint_t<N>>(exponent < literal<N>(lowest), literal<N>(lowest), exponent);
  uint_t<N> const safe = pick<uint_t<N>>(not_low > literal<N>(highest), literal<N>(highest), not_low);
  N const down = from_bits<N>(literal<N>(static_cast<U>(U{2} * F::bias << F::fraction_bits)) - safe);
  N const up = from_bits<N>(safe);
  N const s = a * down;
  N const t = b * down;
  N const result = root(s * s + t * t) * up;
  N const nan_or_result = pick<N>(x != x || y != y, x + y, result);
  return pick<N>(a == infinity || b == infinity, infinity, nan_or_result);
}

} // namespace tandem::math
