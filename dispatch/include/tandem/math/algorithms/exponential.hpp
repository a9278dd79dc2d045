// exp, exp2, exp10 and expm1: x = k·log_b(2) + r with |r| at most half a step, a polynomial for b^r, and 2^k
// by the exponent's bits (W. J. Cody, W. Waite, Software Manual for the Elementary Functions, 1980).
#pragma once

#include <tandem/math/algorithms/coefficients.hpp>
#include <tandem/math/number.hpp>

namespace tandem::math {

/// The part of a float's bits that holds an integer after `rounder` was added to it, as a signed integer's
/// bits.
template <class N>
TANDEM_INLINE uint_t<N> integer_of(N shifted) {
  using F = format<scalar_t<N>>;
  return bits(shifted) - literal<N>(reinterpret<typename traits<scalar_t<N>>::uint>(F::rounder));
}

/// x/2 rounded down, of a signed integer's bits.
template <class N>
TANDEM_INLINE uint_t<N> halved(uint_t<N> x) {
  return reinterpret<uint_t<N>>(shift_right<1>(reinterpret<sint_t<N>>(x)));
}

/// 2^k for a k whose power is a normal number.
template <class N>
TANDEM_INLINE N power_of_two(uint_t<N> k) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  return from_bits<N>(shift_left<format<S>::fraction_bits>(k + literal<N>(static_cast<U>(format<S>::bias))));
}

/// y·2^k, y near 1; in two steps, so that subnormal results are rounded once and large ones overflow.
template <class N>
TANDEM_INLINE N scale(N y, uint_t<N> k) {
  uint_t<N> const first = halved<N>(k);
  return y * power_of_two<N>(first) * power_of_two<N>(k - first);
}

/// y·2^k where y and the result are normal; only the low bits of k count.
template <class N>
TANDEM_INLINE N scale_normal(N y, uint_t<N> k) {
  return from_bits<N>(bits(y) + shift_left<format<scalar_t<N>>::fraction_bits>(k));
}

/// x brought into [low, high]; NaN stays.
template <class N>
TANDEM_INLINE N bounded(N x, scalar_t<N> low, scalar_t<N> high) {
  N const below = pick<N>(x > literal<N>(high), literal<N>(high), x);
  return pick<N>(below < literal<N>(low), literal<N>(low), below);
}

/// Where an exponential's result is normal for sure (|x| ≤ quick), all zero (x ≤ low) and all infinite (x ≥
/// high).
template <class S>
struct exponential_limits {
  S quick, low, high;
};

/// The common part: Reduce gives r from (x, k), Power gives b^r.
template <class N, class Reduce, class Power>
TANDEM_INLINE N exponential(N x, scalar_t<N> steps, exponential_limits<scalar_t<N>> limits, Reduce reduce,
                            Power power) {
  using F = format<scalar_t<N>>;
  bool const quick = always(magnitude(x) <= literal<N>(limits.quick));
  N const safe = quick ? x : bounded(x, limits.low, limits.high);
  N const shifted = safe * literal<N>(steps) + literal<N>(F::rounder);
  N const k = shifted - literal<N>(F::rounder);
  N const y = power(reduce(safe, k));
  return quick ? scale_normal(y, bits(shifted)) : scale(y, integer_of(shifted));
}

/// r = x − k·ln 2 in two parts.
template <class N>
TANDEM_INLINE N natural_rest(N x, N k) {
  using C = constants<scalar_t<N>>;
  return (x - k * literal<N>(C::ln2[0])) - k * literal<N>(C::ln2[1]);
}

/// exp(r) − 1 for |r| ≤ ln 2 / 2.
template <class N>
TANDEM_INLINE N small_expm1(N r) {
  return r + r * r * polynomial(r, coefficients<scalar_t<N>>::exp);
}

template <class N>
TANDEM_INLINE N exp(N x) {
  using S = scalar_t<N>;
  constexpr bool single = sizeof(S) == 4;
  constexpr exponential_limits<S> limits =
      single ? exponential_limits<S>{S(87), S(-104), S(89)} : exponential_limits<S>{S(708), S(-746), S(710)};
  return exponential(
      x, constants<S>::log2_e, limits, [](N v, N k) TANDEM_INLINE_LAMBDA { return natural_rest(v, k); },
      [](N r) TANDEM_INLINE_LAMBDA { return literal<N>(S(1)) + small_expm1(r); });
}

template <class N>
TANDEM_INLINE N exp2(N x) {
  using S = scalar_t<N>;
  constexpr bool single = sizeof(S) == 4;
  constexpr exponential_limits<S> limits = single ? exponential_limits<S>{S(125), S(-151), S(129)}
                                                  : exponential_limits<S>{S(1021), S(-1076), S(1025)};
  return exponential(
      x, S(1), limits, [](N v, N k) TANDEM_INLINE_LAMBDA { return v - k; },
      [](N r) TANDEM_INLINE_LAMBDA { return literal<N>(S(1)) + r * polynomial(r, coefficients<S>::exp2); });
}

template <class N>
TANDEM_INLINE N exp10(N x) {
  using S = scalar_t<N>;
  using C = constants<S>;
  constexpr bool single = sizeof(S) == 4;
  constexpr exponential_limits<S> limits =
      single ? exponential_limits<S>{S(37), S(-46), S(39)} : exponential_limits<S>{S(307), S(-324), S(309)};
  return exponential(
      x, C::log2_10, limits,
      [](N v, N k) TANDEM_INLINE_LAMBDA {
        return (v - k * literal<N>(C::log10_2[0])) - k * literal<N>(C::log10_2[1]);
      },
      [](N r) TANDEM_INLINE_LAMBDA { return literal<N>(S(1)) + r * polynomial(r, coefficients<S>::exp10); });
}

/// expm1(x) = 2^k·(expm1(r) + (1 − 2^−k)).
template <class N>
TANDEM_INLINE N expm1(N x) {
  using S = scalar_t<N>;
  using F = format<S>;
  constexpr bool single = sizeof(S) == 4;
  N const safe = bounded(x, single ? S(-20) : S(-40), single ? S(89) : S(710));
  N const shifted = safe * literal<N>(constants<S>::log2_e) + literal<N>(F::rounder);
  N const k = shifted - literal<N>(F::rounder);
  uint_t<N> const exponent = integer_of(shifted);
  N const inverse = pick<N>(k > literal<N>(S(100)), literal<N>(S(0)),
                            power_of_two<N>(literal<N>(typename traits<S>::uint{0}) - exponent));
  N const rest = small_expm1(natural_rest(safe, k));
  N const y = scale(rest + (literal<N>(S(1)) - inverse), exponent);
  return pick<N>(magnitude(x) < literal<N>(single ? S(0x1p-26) : S(0x1p-55)), x, y);
}

} // namespace tandem::math
