// asin, acos, atan and atan2 (the splitting of the range follows fdlibm, Sun Microsystems, 1993; the
// polynomials are our own).
#pragma once

#include <tandem/math/algorithms/coefficients.hpp>
#include <tandem/math/algorithms/logarithm.hpp>
#include <tandem/math/number.hpp>
#include <tandem/math/root.hpp>

namespace tandem::math {

/// asin(s) = s + s·p for s = |x|, or for s = √((1 − |x|)/2) where |x| > ½; s = high + low there.
template <class N>
struct arcsine_parts {
  N s, high, low, p;
};

template <class N, class Mask>
TANDEM_INLINE arcsine_parts<N> arcsine_parts_of(N a, Mask large) {
  using S = scalar_t<N>;
  auto const one = literal<N>(S(1));
  N const z = pick<N>(large, (one - a) * literal<N>(S(0.5)), a * a);
  N const s = pick<N>(large, root(z), a);
  N const high = upper_half(s);
  N const sum = s + high;
  N const low = (z - high * high) / pick<N>(sum == literal<N>(S(0)), one, sum);
  return {s, high, low, z * polynomial(z, coefficients<S>::asin)};
}

template <class N>
TANDEM_INLINE N asin(N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  N const a = magnitude(x);
  auto const large = a > literal<N>(S(0.5));
  arcsine_parts<N> const v = arcsine_parts_of(a, large);
  auto const two = literal<N>(S(2));
  auto const quarter = literal<N>(C::half_pi[0] / S(2));
  // π/2 − 2·asin(s), around π/4.
  N const small = two * v.s * v.p - (literal<N>(C::half_pi[1]) - two * v.low);
  N const far = quarter - (small - (quarter - two * v.high));
  return flip(pick<N>(large, far, a + a * v.p), sign_of(x));
}

template <class N>
TANDEM_INLINE N acos(N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  N const a = magnitude(x);
  auto const large = a > literal<N>(S(0.5));
  arcsine_parts<N> const v = arcsine_parts_of(a, large);
  auto const two = literal<N>(S(2));
  N const middle = literal<N>(C::half_pi[0]) - (x - (literal<N>(C::half_pi[1]) - x * v.p));
  N const right = two * (v.high + (v.low + v.s * v.p));
  N const left = literal<N>(C::pi[0]) - two * (v.high + (v.low + (v.s * v.p - literal<N>(C::half_pi[1]))));
  N const outer = pick<N>(x < literal<N>(S(0)), left, right);
  return pick<N>(large, outer, middle);
}

/// atan(y/x) for y, x ≥ 0: the quotient is brought to at most ½ by turning back π/4 or π/2.
template <class N>
TANDEM_INLINE N arctangent_of_ratio(N y, N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  auto const zero = literal<N>(S(0));
  auto const quarter_turn = y > x * literal<N>(S(0x1.3504f4p1));
  auto const eighth_turn = y > x * literal<N>(S(0.5));
  N const numerator = pick<N>(quarter_turn, zero - x, pick<N>(eighth_turn, y - x, y));
  N const denominator = pick<N>(quarter_turn, y, pick<N>(eighth_turn, y + x, x));
  N const base = pick<N>(quarter_turn, literal<N>(C::half_pi[0]),
                         pick<N>(eighth_turn, literal<N>(C::half_pi[0] / S(2)), zero));
  N const base_low = pick<N>(quarter_turn, literal<N>(C::half_pi[1]),
                             pick<N>(eighth_turn, literal<N>(C::half_pi[1] / S(2)), zero));
  N const r = numerator / denominator;
  N const t = r * r;
  return base + (r + (r * t * polynomial(t, coefficients<S>::atan) + base_low));
}

template <class N>
TANDEM_INLINE N atan(N x) {
  using S = scalar_t<N>;
  N const a = magnitude(x);
  N const bounded_a = pick<N>(a > literal<N>(S(0x1p60)), literal<N>(S(0x1p60)), a);
  return flip(arctangent_of_ratio(bounded_a, N(literal<N>(S(1)))), sign_of(x));
}

/// The angle of (x, y), as std::atan2 with its signed zeros and infinities.
template <class N>
TANDEM_INLINE N atan2(N y, N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  auto const infinity = literal_bits<N>(format<S>::infinity);
  auto const zero = literal<N>(S(0));
  N const b = magnitude(y);
  N const a = magnitude(x);
  // A sum of huge numbers must not overflow.
  constexpr S limit = S(1) / format<S>::smallest_normal;
  auto const huge = b > literal<N>(limit) || a > literal<N>(limit);
  N const factor = pick<N>(huge, literal<N>(S(0.25)), literal<N>(S(1)));
  auto const same = (a == infinity && b == infinity);
  auto const both_zero = (a == zero && b == zero);
  N const top = pick<N>(same, literal<N>(S(1)), b * factor);
  N const bottom = pick<N>(same || both_zero, literal<N>(S(1)), a * factor);
  N const angle = arctangent_of_ratio(top, bottom);
  N const turned = literal<N>(C::pi[0]) - (angle - literal<N>(C::pi[1]));
  auto const left = sign_of(x) != literal<N>(typename traits<S>::uint{0});
  N const result = flip(pick<N>(left, turned, angle), sign_of(y));
  return pick<N>(x != x || y != y, x + y, result);
}

} // namespace tandem::math
