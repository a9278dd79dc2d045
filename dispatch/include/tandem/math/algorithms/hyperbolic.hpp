// sinh, cosh and tanh: with x = k·ln 2 + r, the exponentials of x and −x are built from sinh r and cosh r,
// which are short series, and exact powers of two, so that nothing cancels.
#pragma once

#include <tandem/math/algorithms/exponential.hpp>

namespace tandem::math {

/// What sinh x and cosh x are put together from. k = 0 up to 0.55, so that sinh x = sinh r where subtracting
/// would lose bits.
template <class N>
struct hyperbolic_parts {
  N up, down;     ///< 2^(k−2) and 2^(−k−2): half of what is needed, so that nothing overflows too early
  N sinh, cosh_1; ///< sinh r and cosh r − 1
};

/// For x ≥ 0.
template <class N>
TANDEM_INLINE hyperbolic_parts<N> hyperbolic_parts_of(N x) {
  using S = scalar_t<N>;
  using F = format<S>;
  using U = typename traits<S>::uint;
  constexpr S above = sizeof(S) == 4 ? S(89.6) : S(710.6); // the result is infinite, the powers are not
  N const safe = pick<N>(x > literal<N>(above), literal<N>(above), x);
  N const steps =
      pick<N>(safe < literal<N>(S(0.55)), literal<N>(S(0)), safe * literal<N>(constants<S>::log2_e));
  N const shifted = steps + literal<N>(F::rounder);
  N const k = shifted - literal<N>(F::rounder);
  uint_t<N> const exponent = integer_of(shifted);
  auto const two = literal<N>(U{2});
  N const up = power_of_two<N>(exponent - two);
  N const down = pick<N>(k > literal<N>(S(100)), literal<N>(S(0)),
                         power_of_two<N>(literal<N>(static_cast<U>(U{0} - U{2})) - exponent));
  N const r = natural_rest(safe, k);
  N const t = r * r;
  return {up, down, r + r * t * polynomial(t, coefficients<S>::sinh),
          t * polynomial(t, coefficients<S>::cosh)};
}

template <class N>
TANDEM_INLINE N sinh(N x) {
  using S = scalar_t<N>;
  N const a = magnitude(x);
  hyperbolic_parts<N> const v = hyperbolic_parts_of(a);
  N const half = v.up + (((v.up - v.down) * v.cosh_1 + (v.up + v.down) * v.sinh) - v.down);
  return flip(pick<N>(a < literal<N>(S(0.55)), v.sinh, half + half), sign_of(x));
}

template <class N>
TANDEM_INLINE N cosh(N x) {
  hyperbolic_parts<N> const v = hyperbolic_parts_of(magnitude(x));
  N const half = v.up + (v.down + ((v.up + v.down) * v.cosh_1 + (v.up - v.down) * v.sinh));
  return half + half;
}

/// A polynomial near 0, elsewhere e/(e + 2) with e = expm1(2·|x|).
template <class N>
TANDEM_INLINE N tanh(N x) {
  using S = scalar_t<N>;
  N const a = magnitude(x);
  constexpr S enough = sizeof(S) == 4 ? S(10) : S(20); // where the result is 1
  N const safe = pick<N>(a > literal<N>(enough), literal<N>(enough), a);
  N const t = safe * safe;
  N const near = safe + safe * t * polynomial(t, coefficients<S>::tanh);
  N const e = expm1(safe + safe);
  N const far = e / (e + literal<N>(S(2)));
  return flip(pick<N>(a < literal<N>(S(0.3)), near, far), sign_of(x));
}

} // namespace tandem::math
