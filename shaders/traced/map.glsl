// out[i] = f(in[i] …): TD_ROWS units an invocation, 256 apart. A unit is a vector of 16 bytes (TD_LANES elements), a
// word of four bytes that hold booleans (TD_BYTES), or one element.
layout(local_size_x = 256) in;

#if defined(TD_LANES)
void td_unit(uint j) {
  if (j < push.n / TD_LANES)
    td_vector(j);
  else if (j == push.n / TD_LANES) { // the ragged end
    for (uint i = j * TD_LANES; i < push.n; ++i)
      TD_OUT.e[i] = td_value(i);
  }
}
#elif defined(TD_BYTES)
void td_unit(uint j) {
  uint word = 0u;
  uint mask = 0u;
  for (uint k = 0u; k < 4u; ++k) {
    uint i = j * 4u + k - push.out0_skew; // wraps to a large number before the first element
    if (i < push.n) {
      word |= (td_value(i) ? 1u : 0u) << (k * 8u);
      mask |= 255u << (k * 8u);
    }
  }
  if (mask == 0xffffffffu)
    TD_OUT.e[j] = word;
  else if (mask != 0u) { // neighbours' bytes stay as they are
    atomicAnd(TD_OUT.e[j], ~mask);
    atomicOr(TD_OUT.e[j], word);
  }
}
#else
void td_unit(uint i) {
  if (i < push.n)
    TD_OUT.e[i] = td_value(i);
}
#endif

void main() {
  uint first = gl_WorkGroupID.x * (256u * uint(TD_ROWS)) + gl_LocalInvocationID.x;
  td_unit(first);
#if TD_ROWS > 1
  td_unit(first + 256u);
  td_unit(first + 512u);
  td_unit(first + 768u);
#endif
#ifdef TD_COUNTED
  if (td_overrun)
    push.status.e[0] = 1u;
#endif
}
