// log, log2, log10 and log1p: x = 2^e·(1 + f) with 1 + f in [√½, √2), then log(1 + f) = f − f²/2 + rest. The
// rest is a polynomial for float; for double a series in f/(2 + f), as in fdlibm (Sun Microsystems, 1993).
#pragma once

#include <tandem/math/algorithms/coefficients.hpp>
#include <tandem/math/number.hpp>

namespace tandem::math {

template <class N>
struct logarithm_parts {
  N exponent, fraction; ///< e and f
};

/// A small signed integer, given as bits, as a float.
template <class N>
TANDEM_INLINE N small_integer(uint_t<N> k) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  return from_bits<N>(k + literal<N>(reinterpret<U>(format<S>::rounder))) - literal<N>(format<S>::rounder);
}

/// e and f of a normal x > 0.
template <class N>
TANDEM_INLINE logarithm_parts<N> parts_of_normal(N x) {
  using S = scalar_t<N>;
  using F = format<S>;
  using U = typename traits<S>::uint;
  constexpr U root_half = sizeof(S) == 4 ? U(0x3f3504f3u) : U(0x3fe6a09e667f3bcdu);
  uint_t<N> const offset = bits(x) - literal<N>(root_half);
  uint_t<N> const exponent =
      reinterpret<uint_t<N>>(shift_right<F::fraction_bits>(reinterpret<sint_t<N>>(offset)));
  N const m = from_bits<N>((offset & literal<N>(F::fraction)) + literal<N>(root_half));
  return {small_integer<N>(exponent), m - literal<N>(S(1))};
}

/// Whether x is positive, normal and finite, for all lanes, as far as that is known.
template <class N>
TANDEM_INLINE bool always_normal(N x) {
  using S = scalar_t<N>;
  return always(x >= literal<N>(format<S>::smallest_normal) && x < literal_bits<N>(format<S>::infinity));
}

/// As parts_of_normal for subnormal x too.
template <class N>
TANDEM_INLINE logarithm_parts<N> parts_of(N x, bool normal) {
  using S = scalar_t<N>;
  if (normal)
    return parts_of_normal(x);
  constexpr S lift = sizeof(S) == 4 ? S(0x1p25) : S(0x1p54);
  constexpr S lifted = sizeof(S) == 4 ? S(25) : S(54);
  auto const subnormal = x < literal<N>(format<S>::smallest_normal);
  logarithm_parts<N> p = parts_of_normal(pick<N>(subnormal, x * literal<N>(lift), x));
  p.exponent = pick<N>(subnormal, p.exponent - literal<N>(lifted), p.exponent);
  return p;
}

/// y where x is positive and finite, else what a logarithm gives for 0, for infinity and outside its domain.
template <class N>
TANDEM_INLINE N logarithm_or_special(N x, N y) {
  using S = scalar_t<N>;
  using F = format<S>;
  N const zero_or_outside =
      pick<N>(x == literal<N>(S(0)), literal_bits<N>(F::infinity | F::sign), literal_bits<N>(F::quiet_nan));
  N const finite = pick<N>(x > literal<N>(S(0)), y, zero_or_outside);
  return pick<N>(x == literal_bits<N>(F::infinity), x, finite);
}

/// log(1 + f) = f − half_square + rest.
template <class N>
struct logarithm_terms {
  N half_square, rest;
};

template <class N>
TANDEM_INLINE logarithm_terms<N> terms_of(N f) {
  using S = scalar_t<N>;
  N const square = f * f;
  N const half = square * literal<N>(S(0.5));
  if constexpr (sizeof(S) == 4)
    return {half, f * square * polynomial(f, coefficients<S>::log)};
  else {
    N const s = f / (f + literal<N>(S(2)));
    N const t = s * s;
    return {half, s * (half + t * polynomial(t, coefficients<S>::atanh))};
  }
}

/// e·ln 2 + log(1 + f) + extra.
template <class N>
TANDEM_INLINE N natural_logarithm(logarithm_parts<N> const& p, N extra) {
  using C = constants<scalar_t<N>>;
  logarithm_terms<N> const terms = terms_of(p.fraction);
  N const low = p.exponent * literal<N>(C::ln2[1]) + extra;
  return p.exponent * literal<N>(C::ln2[0]) + (p.fraction + ((low - terms.half_square) + terms.rest));
}

template <class N>
TANDEM_INLINE N log(N x) {
  using C = constants<scalar_t<N>>;
  bool const normal = always_normal(x);
  logarithm_parts<N> const p = parts_of(x, normal);
  logarithm_terms<N> const terms = terms_of(p.fraction);
  N const low = p.exponent * literal<N>(C::ln2[1]);
  N const y = p.exponent * literal<N>(C::ln2[0]) + (p.fraction + ((low - terms.half_square) + terms.rest));
  return normal ? y : logarithm_or_special(x, y);
}

/// x cut off so that a product with another number of so many bits is exact.
template <class N>
TANDEM_INLINE N upper_half(N x) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  constexpr U mask = sizeof(S) == 4 ? U(0xfffff000u) : U(0xfffffffff8000000u);
  return from_bits<N>(bits(x) & literal<N>(mask));
}

/// log_b: `scale` is 1/ln b and `step` is log_b 2, both in parts.
template <class N>
TANDEM_INLINE N logarithm_to_base(N x, scalar_t<N> const (&scale)[2], scalar_t<N> step,
                                  scalar_t<N> step_low) {
  bool const normal = always_normal(x);
  logarithm_parts<N> const p = parts_of(x, normal);
  logarithm_terms<N> const terms = terms_of(p.fraction);
  N const high = upper_half(p.fraction - terms.half_square);
  N const low = ((p.fraction - high) - terms.half_square) + terms.rest;
  N const first = p.exponent * literal<N>(step);
  N const second = high * literal<N>(scale[0]);
  N const sum = first + second;
  N const lost = (first - sum) + second;
  N const small = (low + high) * literal<N>(scale[1]) + low * literal<N>(scale[0]);
  N const y = sum + (lost + (p.exponent * literal<N>(step_low) + small));
  return normal ? y : logarithm_or_special(x, y);
}

template <class N>
TANDEM_INLINE N log2(N x) {
  using S = scalar_t<N>;
  return logarithm_to_base(x, constants<S>::log2_e_parts, S(1), S(0));
}

template <class N>
TANDEM_INLINE N log10(N x) {
  using C = constants<scalar_t<N>>;
  return logarithm_to_base(x, C::log10_e_parts, C::log10_2[0], C::log10_2[1]);
}

/// log(1 + x): the logarithm of the rounded sum u, and what the rounding lost divided by u.
template <class N>
TANDEM_INLINE N log1p(N x) {
  using S = scalar_t<N>;
  auto const one = literal<N>(S(1));
  N const u = x + one;
  N const lost = pick<N>(x >= one, one - (u - x), x - (u - one));
  logarithm_parts<N> p = parts_of_normal(u);
  auto const near_one = p.exponent == literal<N>(S(0));
  p.fraction = pick<N>(near_one, x, p.fraction);
  N const y = natural_logarithm(p, pick<N>(near_one, literal<N>(S(0)), lost / u));
  N const tiny_or_y = pick<N>(magnitude(x) < literal<N>(sizeof(S) == 4 ? S(0x1p-26) : S(0x1p-55)), x, y);
  return logarithm_or_special(u, tiny_or_y);
}

} // namespace tandem::math
