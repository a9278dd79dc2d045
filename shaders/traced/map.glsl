// out[i] = f(in[i] …): TD_ROWS units an invocation, 256 apart. A unit is a vector of 16 bytes (TD_LANES elements), a
// word of TD_PER_WORD narrow elements, one element of several outputs or of a struct (TD_STORE), or one element.
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
#elif defined(TD_PER_WORD)
void td_unit(uint j) {
  uint word = 0u;
  uint mask = 0u;
  for (uint k = 0u; k < TD_PER_WORD; ++k) {
    uint i = j * TD_PER_WORD + k - push.TD_SKEW; // wraps to a large number before the first element
    if (i < push.n) {
      word |= td_bits(i) << (k * TD_WIDTH_BITS);
      mask |= ((1u << TD_WIDTH_BITS) - 1u) << (k * TD_WIDTH_BITS);
    }
  }
  if (mask == 0xffffffffu)
    TD_OUT.e[j] = word;
  else if (mask != 0u) { // neighbours' bytes stay as they are
    atomicAnd(TD_OUT.e[j], ~mask);
    atomicOr(TD_OUT.e[j], word);
  }
}
#elif defined(TD_STORE)
void td_unit(uint i) {
  if (i < push.n)
    td_store(i);
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
