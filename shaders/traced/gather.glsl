// out[i] = in[index[i]] (gather) or out[index[i]] = in[i] (TD_SCATTER), over words: TD_I is an index. The elements that
// indices name may come in pieces: this one begins at push.base and has push.size of them, and only indices that fall
// there are served. TD_CHECK: only notes the first position whose index is not below push.size, of 64 bits.
layout(local_size_x = 256) in;

void main() {
  uint i = (push.first_tile + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
  if (i >= push.n)
    return;
  TD_I index = push.index.e[i];
#ifdef TD_WIDE_INDEX
  uint low = index.x;
  uint high = index.y;
#else
  uint low = index;
  uint high = push.is_signed != 0u && (index >> 31) != 0u ? 0xffffffffu : 0u; // a negative one is far too large
#endif
#if defined(TD_CHECK)
  if (high > push.size_high || (high == push.size_high && low >= push.size))
    atomicMin(push.bad.e[0], i);
#else
  uint borrow;
  uint at = usubBorrow(low, push.base, borrow);
  if (high - push.base_high - borrow == 0u && at < push.size) {
#ifdef TD_SCATTER
    push.to.e[at] = push.from.e[i];
#else
    push.to.e[i] = push.from.e[at];
#endif
  }
#endif
}
