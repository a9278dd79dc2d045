// A scan of the fixed shape that reads and writes every element once; see scan_tile.glsl for the tile, chain.glsl for what is before it.
// TD_STAGED: elements pass through shared memory, so that neighbours are read and written together.
layout(local_size_x = 256) in;

#ifdef TD_STAGED
shared TD_T td_stage[256 * 17];
#define TD_ELEMENT(k) td_stage[min(from + k, count - 1u) + min(from + k, count - 1u) / 16u]
#else
#define TD_ELEMENT(k) td_value(start + min(from + k, count - 1u))
#endif

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = td_take_ticket(lane);
  uint start = tile * 4096u;
  uint count = min(push.n - start, 4096u);
  uint from = lane * 16u;
  uint own = from < count ? min(count - from, 16u) : 0u;
#ifdef TD_STAGED
  for (uint i = lane; i < count; i += 256u)
    td_stage[i + i / 16u] = td_value(start + i);
  barrier();
#endif

  TD_T prefix[16];
  prefix[0] = TD_ELEMENT(0u);
  [[unroll]] for (uint k = 1u; k < 16u; ++k)
    prefix[k] = k < own ? td_op(prefix[k - 1u], TD_ELEMENT(k)) : prefix[k - 1u];
  uint lanes = (count + 15u) / 16u;
  td_fold_lanes(lane, prefix[15], lanes);
  TD_T all = td_fold_groups(lane == 0u ? (lanes + 15u) / 16u : 1u);

  TD_T before;
  uint found = td_chain(lane, tile, all, before);
  bool any = found != td_nothing;
#ifdef TD_INIT
  before = any ? td_op(push.init, before) : push.init;
  any = true;
#endif
  td_fold_before(lane, any, before);
  [[unroll]] for (uint k = 0u; k < 16u; ++k) {
#ifdef TD_INCLUSIVE
    TD_T result = any ? td_op(before, prefix[k]) : prefix[k];
#else
    TD_T result = before;
    if (k > 0u)
      result = any ? td_op(before, prefix[max(k, 1u) - 1u]) : prefix[max(k, 1u) - 1u];
#endif
    if (k < own && found != td_failed)
#ifdef TD_STAGED
      td_stage[from + k + lane] = result;
#else
      td_store(start + from + k, result);
#endif
  }
#ifdef TD_STAGED
  barrier();
  if (found != td_failed)
    for (uint i = lane; i < count; i += 256u)
      td_store(start + i, td_stage[i + i / 16u]);
#endif
}
