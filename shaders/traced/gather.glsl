// out[i] = in[index[i]] (gather) or out[index[i]] = in[i] (TD_SCATTER), over words: TD_W an element, TD_I an index.
// TD_CHECK: only notes the first position whose index is not below push.size.
layout(local_size_x = 256) in;

void main() {
  uint i = (push.first_tile + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
  if (i >= push.n)
    return;
  TD_I index = push.index.e[i];
#ifdef TD_WIDE_INDEX
  uint at = index.x;
  bool inside = index.y == 0u && at < push.size;
#else
  uint at = index;
  bool inside = at < push.size;
#endif
#if defined(TD_CHECK)
  if (!inside)
    atomicMin(push.bad.e[0], i);
#elif defined(TD_SCATTER)
  if (inside)
    push.to.e[at] = push.from.e[i];
#else
  if (inside)
    push.to.e[i] = push.from.e[at];
#endif
}
