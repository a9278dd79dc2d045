// a * b + c rounded once, in integers, for devices whose fma() rounds twice. Included once per width after exact.glsl,
// with TD_W2 the vector of two words and TD_MULTIPLY(a, b, high, low) the full product. Sums are held in two words
// (x low, y high) of which the top two bits stay free; bits shifted out below are kept as one sticky bit.

#define TD_WIDTH (TD_M == 23 ? 32 : 64)

TD_W2 td_shift_up(TD_W2 v, int n) {
  if (n == 0)
    return v;
  if (n >= TD_WIDTH)
    return TD_W2(TD_W(0), v.x << (n - TD_WIDTH));
  return TD_W2(v.x << n, (v.y << n) | (v.x >> (TD_WIDTH - n)));
}

TD_W2 td_shift_down_sticky(TD_W2 v, int n) {
  if (n == 0)
    return v;
  if (n >= 2 * TD_WIDTH)
    return TD_W2(TD_W((v.x | v.y) != TD_W(0) ? 1 : 0), TD_W(0));
  if (n >= TD_WIDTH) {
    int k = n - TD_WIDTH;
    bool lost = v.x != TD_W(0) || (k > 0 && (v.y << (TD_WIDTH - k)) != TD_W(0));
    return TD_W2((v.y >> k) | TD_W(lost ? 1 : 0), TD_W(0));
  }
  bool lost = (v.x << (TD_WIDTH - n)) != TD_W(0);
  return TD_W2((v.x >> n) | (v.y << (TD_WIDTH - n)) | TD_W(lost ? 1 : 0), v.y >> n);
}

TD_F td_exact_fma(TD_F a, TD_F b, TD_F c) {
  TD_W x = TD_BITS_OF(a) & ~TD_SIGN;
  TD_W y = TD_BITS_OF(b) & ~TD_SIGN;
  TD_W z = TD_BITS_OF(c) & ~TD_SIGN;
  if (x >= TD_INFINITY || y >= TD_INFINITY || z >= TD_INFINITY || x == TD_W(0) || y == TD_W(0)) {
    precise TD_F product = a * b;
    precise TD_F sum = product + c;
    return z == TD_INFINITY && x < TD_INFINITY && y < TD_INFINITY ? c : sum;
  }
  TD_W sign = (TD_BITS_OF(a) ^ TD_BITS_OF(b)) & TD_SIGN;
  TD_W other_sign = TD_BITS_OF(c) & TD_SIGN;
  int ex;
  int ey;
  int ez = 0;
  TD_W mx = td_mantissa(x, ex);
  TD_W my = td_mantissa(y, ey);
  TD_W mz = z == TD_W(0) ? TD_W(0) : td_mantissa(z, ez);
  TD_W2 p;
  TD_MULTIPLY(mx, my, p.y, p.x);
  // Both leading ones move to bit 2 * TD_WIDTH - 4 or one above; ep is the biased exponent of bit 2 * TD_WIDTH - 4.
  p = td_shift_up(p, 2 * TD_WIDTH - 4 - 2 * TD_M);
  TD_W2 q = td_shift_up(TD_W2(mz, TD_W(0)), 2 * TD_WIDTH - 4 - TD_M);
  int ep = ex + ey - TD_E / 2;
  if (mz != TD_W(0)) {
    if (ep >= ez)
      q = td_shift_down_sticky(q, ep - ez);
    else {
      p = td_shift_down_sticky(p, ez - ep);
      ep = ez;
    }
  }
  if (sign == other_sign) {
    TD_W low = p.x + q.x;
    p = TD_W2(low, p.y + q.y + TD_W(low < p.x ? 1 : 0));
  } else {
    if (p.y < q.y || (p.y == q.y && p.x < q.x)) {
      TD_W2 swapped = p;
      p = q;
      q = swapped;
      sign = other_sign;
    }
    p = TD_W2(p.x - q.x, p.y - q.y - TD_W(p.x < q.x ? 1 : 0));
    if ((p.x | p.y) == TD_W(0))
      return TD_FLOAT_OF(TD_W(0));
  }
  int lead = p.y != TD_W(0) ? td_clz(p.y) : TD_WIDTH + td_clz(p.x);
  p = td_shift_up(p, lead);
  TD_W kept = p.y >> (TD_WIDTH - TD_M - 2);
  bool sticky = (p.y << (TD_M + 2)) != TD_W(0) || p.x != TD_W(0);
  return td_rounded(sign, ep + 3 - lead, kept, sticky);
}
