// sin, cos and tan of any argument.
#pragma once

#include <tandem/math/algorithms/logarithm.hpp>
#include <tandem/math/algorithms/reduction.hpp>

namespace tandem::math {

/// sin(r + low) where bit 0 of the quadrant is clear, else cos; negative where bit 1 is set. Both are
/// A + (B·P(r²) + D) with a polynomial of as many terms, whose coefficients are chosen lane by lane.
template <class N>
TANDEM_INLINE N sine_or_cosine(reduced<N> const& x, uint_t<N> quadrant, uint_t<N> sign) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  using P = coefficients<S>;
  constexpr int terms = sizeof(P::sin) / sizeof(S);
  auto const odd = (quadrant & literal<N>(U{1})) != literal<N>(U{0});
  N const t = x.r * x.r;
  auto const coefficient = [&](int i) TANDEM_INLINE_LAMBDA {
    return pick<N>(odd, literal<N>(P::cos[i]), literal<N>(P::sin[i]));
  };
  N p = coefficient(terms - 1);
  for (int i = terms - 2; i >= 0; --i)
    p = p * t + coefficient(i);
  N const a = pick<N>(odd, literal<N>(S(1)), x.r);
  N const b = pick<N>(odd, t, x.r * t);
  N const d = pick<N>(odd, literal<N>(S(0)) - x.r * x.low, x.low);
  N const y = a + (b * p + d);
  constexpr int to_sign = sizeof(S) * 8 - 2;
  return flip(y, sign ^ shift_left<to_sign>(quadrant & literal<N>(U{2})));
}

template <class N>
TANDEM_INLINE N sin(N x) {
  reduced<N> const rest = reduce(magnitude(x));
  return sine_or_cosine(rest, rest.quadrant, sign_of(x));
}

template <class N>
TANDEM_INLINE N cos(N x) {
  using U = typename traits<scalar_t<N>>::uint;
  reduced<N> const rest = reduce(magnitude(x));
  return sine_or_cosine<N>(rest, rest.quadrant + literal<N>(U{1}), uint_t<N>(literal<N>(U{0})));
}

/// tan(r), or −1/tan(r) in odd quadrants: the reciprocal of a sum of two parts, corrected once.
template <class N>
TANDEM_INLINE N tan(N x) {
  using S = scalar_t<N>;
  using U = typename traits<S>::uint;
  reduced<N> const rest = reduce(magnitude(x));
  N const r = rest.r;
  N const t = r * r;
  N const small = r * t * polynomial(t, coefficients<S>::tan) + (rest.low + rest.low * t);
  N const tangent = r + small;
  N const high = upper_half(tangent);
  N const low = small - (high - r);
  auto const minus_one = literal<N>(S(-1));
  N const inverse = minus_one / tangent;
  N const inverse_high = upper_half(inverse);
  N const error = (literal<N>(S(1)) + inverse_high * high) + inverse_high * low;
  N const cotangent = inverse_high + inverse * error;
  auto const odd = (rest.quadrant & literal<N>(U{1})) != literal<N>(U{0});
  return flip(pick<N>(odd, cotangent, tangent), sign_of(x));
}

} // namespace tandem::math
