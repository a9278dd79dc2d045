// One level of a scan of the fixed shape (see the architecture's page): a group a tile, an invocation a lane of 16.
// TD_TOTALS: writes the tile's total to push.totals. Else writes the results, with push.totals holding what comes
// before each tile where push.carries is set. TD_T is the type, TD_INCLUSIVE the kind.
layout(local_size_x = 256) in;

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint start = tile * 4096u;
  uint count = min(push.n - start, 4096u);
  uint from = lane * 16u;
  uint own = from < count ? min(count - from, 16u) : 0u;

  TD_T prefix[16];
  prefix[0] = td_value(start + min(from, count - 1u));
  [[unroll]] for (uint k = 1u; k < 16u; ++k)
    prefix[k] = k < own ? td_op(prefix[k - 1u], td_value(start + from + k)) : prefix[k - 1u];
  uint lanes = (count + 15u) / 16u;
  td_fold_lanes(lane, prefix[15], lanes);

#ifdef TD_TOTALS
  if (lane == 0u)
    push.totals.e[push.tile_base + tile] = td_fold_groups((lanes + 15u) / 16u);
#else
  bool any = false;
  TD_T before = prefix[0];
  if (push.carries != 0u && push.tile_base + tile > 0u) {
    before = push.totals.e[push.tile_base + tile];
    any = true;
  }
#ifdef TD_INIT
  before = any ? td_op(push.init, before) : push.init;
  any = true;
#endif
  td_fold_before(lane, any, before);
  [[unroll]] for (uint k = 0u; k < 16u; ++k)
    if (k < own) {
#ifdef TD_INCLUSIVE
      td_store(start + from + k, any ? td_op(before, prefix[k]) : prefix[k]);
#else
      if (k == 0u)
#ifdef TD_COUNTERS
        td_store(start + from, any ? before : 0u);
#else
        td_store(start + from, before); // the very first has nothing before it: nobody reads it
#endif
      else
        td_store(start + from + k, any ? td_op(before, prefix[k - 1u]) : prefix[k - 1u]);
#endif
    }
#endif
}
