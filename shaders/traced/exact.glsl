// Correctly rounded division and square root out of the device's approximate ones: the integer quotient or root is
// within a few units, so its exact remainder fits the low word and puts it right. Included once per width, with
// TD_F the float, TD_W and TD_S words of its size, TD_M bits of mantissa, TD_E the exponent of infinity,
// TD_BITS_OF and TD_FLOAT_OF between float and word.

#define TD_ONE (TD_W(1) << TD_M)
#define TD_SIGN (TD_W(1) << (TD_M == 23 ? 31 : 63))
#define TD_INFINITY (TD_W(TD_E) << TD_M)
#define TD_QUIET (TD_INFINITY | (TD_W(1) << (TD_M - 1)))

// `kept` has TD_M + 2 bits, the lowest to be rounded away, `sticky` says whether there is more below it;
// its top bit stands for a number with the biased exponent e, which may be out of range.
TD_F td_rounded(TD_W sign, int e, TD_W kept, bool sticky) {
  if (e >= TD_E)
    return TD_FLOAT_OF(sign | TD_INFINITY);
  int down = e >= 1 ? 1 : min(2 - e, TD_M + 3);
  TD_W mantissa = kept >> down;
  TD_W rest = kept & ((TD_W(1) << down) - TD_W(1));
  TD_W half_way = TD_W(1) << (down - 1);
  bool up = rest > half_way || (rest == half_way && (sticky || (mantissa & TD_W(1)) != TD_W(0)));
  TD_W bits = (TD_W(max(e, 1) - 1) << TD_M) + mantissa + TD_W(up ? 1 : 0);
  return TD_FLOAT_OF(sign | bits);
}

// The mantissa with its leading one at bit TD_M and the biased exponent to go with it; x is not 0, infinite or NaN.
TD_W td_mantissa(TD_W bits, out int e) {
  e = int((bits >> TD_M) & TD_W(TD_E));
  TD_W mantissa = bits & (TD_ONE - TD_W(1));
  if (e != 0)
    return mantissa | TD_ONE;
  int up = td_clz(mantissa) - (TD_M == 23 ? 8 : 11);
  e = 1 - up;
  return mantissa << up;
}

TD_F td_exact_div(TD_F a, TD_F b) {
  TD_W x = TD_BITS_OF(a) & ~TD_SIGN;
  TD_W y = TD_BITS_OF(b) & ~TD_SIGN;
  TD_W sign = (TD_BITS_OF(a) ^ TD_BITS_OF(b)) & TD_SIGN;
  if (x > TD_INFINITY || y > TD_INFINITY || (x == y && (x == TD_W(0) || x == TD_INFINITY)))
    return TD_FLOAT_OF(TD_QUIET);
  if (x == TD_INFINITY || y == TD_W(0))
    return TD_FLOAT_OF(sign | TD_INFINITY);
  if (y == TD_INFINITY || x == TD_W(0))
    return TD_FLOAT_OF(sign);
  int ex;
  int ey;
  TD_W mx = td_mantissa(x, ex);
  TD_W my = td_mantissa(y, ey);
  int e = ex - ey + TD_E / 2;
  if (mx < my) {
    mx <<= 1;
    --e;
  }
  TD_F near = TD_F(mx) / TD_F(my) * TD_F(TD_ONE) * TD_F(2);
  TD_W q = TD_W(near) - TD_W(8);
  TD_W r = (mx << (TD_M + 1)) - q * my;
  if (r >= my * TD_W(8)) { r -= my * TD_W(8); q += TD_W(8); }
  if (r >= my * TD_W(4)) { r -= my * TD_W(4); q += TD_W(4); }
  if (r >= my * TD_W(2)) { r -= my * TD_W(2); q += TD_W(2); }
  if (r >= my) { r -= my; q += TD_W(1); }
  return td_rounded(sign, e, q, r != TD_W(0));
}

// `step` where s + step is not past the root yet.
TD_W td_root_step(TD_W square, TD_W s, TD_W step) {
  TD_W t = s + step;
  return TD_S(square - t * t) >= TD_S(0) ? step : TD_W(0);
}

TD_F td_exact_sqrt(TD_F a) {
  TD_W x = TD_BITS_OF(a);
  if ((x & ~TD_SIGN) == TD_W(0) || x == TD_INFINITY)
    return a;
  if ((x & ~TD_SIGN) > TD_INFINITY || (x & TD_SIGN) != TD_W(0))
    return TD_FLOAT_OF(TD_QUIET);
  int e;
  TD_W m = td_mantissa(x, e);
  e -= TD_E / 2;
  if ((e & 1) != 0) {
    m <<= 1;
    --e;
  }
  TD_F near = sqrt(TD_F(m) / TD_F(TD_ONE)) * TD_F(TD_ONE) * TD_F(2);
  TD_W s = TD_W(near) - TD_W(16);
  TD_W square = m << (TD_M + 2);
  s += td_root_step(square, s, TD_W(16));
  s += td_root_step(square, s, TD_W(8));
  s += td_root_step(square, s, TD_W(4));
  s += td_root_step(square, s, TD_W(2));
  s += td_root_step(square, s, TD_W(1));
  return td_rounded(TD_W(0), e / 2 + TD_E / 2, s, square != s * s);
}
