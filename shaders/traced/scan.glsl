// One level of a scan of the fixed shape (see the architecture's page): a group a tile, an invocation a lane of 16.
// TD_TOTALS: writes the tile's total to push.totals. Else writes the results, with push.totals holding what comes
// before each tile where push.carries is set. TD_T is the type, TD_INCLUSIVE the kind.
layout(local_size_x = 256) in;

shared TD_T td_lanes[256];
shared TD_T td_groups[16];

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
  td_lanes[lane] = prefix[15];
  barrier();

  // The first invocations each fold one group's lanes; where there are none nobody asks.
  uint lanes = (count + 15u) / 16u;
  if (lane < 16u) {
    TD_T total = td_lanes[lane * 16u];
    for (uint k = lane * 16u + 1u; k < min(lane * 16u + 16u, lanes); ++k)
      total = td_op(total, td_lanes[k]);
    td_groups[lane] = total;
  }
  barrier();

#ifdef TD_TOTALS
  if (lane == 0u) {
    TD_T total = td_groups[0];
    for (uint g = 1u; g < (lanes + 15u) / 16u; ++g)
      total = td_op(total, td_groups[g]);
    push.totals.e[push.tile_base + tile] = total;
  }
#else
  uint group = lane / 16u;
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
  if (group > 0u) {
    TD_T groups = td_groups[0];
    for (uint g = 1u; g < group; ++g)
      groups = td_op(groups, td_groups[g]);
    before = any ? td_op(before, groups) : groups;
    any = true;
  }
  if (lane % 16u > 0u) {
    TD_T others = td_lanes[group * 16u];
    for (uint k = group * 16u + 1u; k < lane; ++k)
      others = td_op(others, td_lanes[k]);
    before = any ? td_op(before, others) : others;
    any = true;
  }
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
