// One tile of 4096 elements of a reduction by key, a group a tile, an invocation 16 neighbours. push.offsets[tile]: runs
// begun before the tile. Keys of runs go to push.keys_out, totals of runs that begin and end in the tile to
// push.values_out, what is left over to push.heads, push.tails and push.flags. td_begins(i): whether a run begins at i.
layout(local_size_x = 256) in;

shared TD_T td_heads[272]; // of 256 lanes and 16 groups
shared TD_T td_tails[272];
shared uint td_all_flags[272];
shared uint td_runs[272];

TD_T td_head(uint node) { return td_heads[node]; }
TD_T td_tail(uint node) { return td_tails[node]; }
uint td_flags(uint node) { return td_all_flags[node]; }
uint td_run(uint node) { return td_runs[node]; }
void td_finish(uint run, TD_T total) { push.values_out.e[run] = total; }

// One invocation's elements [from, from + own).
void td_lane(uint lane, uint from, uint own, uint begins, uint run) {
  td_runs[lane] = run;
  uint flags = 0u;
  TD_T part = td_value(from);
  for (uint k = 0u; k < own; ++k) {
    if ((begins & (1u << k)) != 0u) {
      if ((flags & 1u) != 0u)
        td_finish(run - 1u, part);
      else if (k > 0u) {
        td_heads[lane] = part;
        flags |= 2u;
      }
      flags |= 1u;
      td_put_key(run, from + k);
      ++run;
      part = td_value(from + k);
    } else if (k > 0u) {
      part = td_op(part, td_value(from + k));
    }
  }
  if ((flags & 1u) == 0u) {
    td_heads[lane] = part;
    flags |= 2u;
  }
  td_tails[lane] = part;
  td_all_flags[lane] = flags;
}

void td_join_into(uint node, uint first, uint count) {
  uint flags;
  TD_T head;
  TD_T tail;
  td_join(first, count, flags, head, tail);
  td_heads[node] = head;
  td_tails[node] = tail;
  td_all_flags[node] = flags;
  td_runs[node] = td_runs[first];
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint start = tile * 4096u;
  uint count = min(push.n - start, 4096u);
  uint from = lane * 16u;
  uint own = from < count ? min(count - from, 16u) : 0u;
  uint begins = 0u;
  for (uint k = 0u; k < own; ++k)
    if (td_begins(start + from + k))
      begins |= 1u << k;
  uint total;
  uint before = td_prefix(lane, uint(bitCount(begins)), total);
  if (own > 0u)
    td_lane(lane, start + from, own, begins, push.offsets.e[tile] + before);
  barrier();
  uint lanes = (count + 15u) / 16u;
  if (lane * 16u < lanes)
    td_join_into(256u + lane, lane * 16u, min(lanes - lane * 16u, 16u));
  barrier();
  if (lane == 0u) {
    uint flags;
    TD_T head;
    TD_T tail;
    td_join(256u, (lanes + 15u) / 16u, flags, head, tail);
    push.heads.e[tile] = head;
    push.tails.e[tile] = tail;
    push.flags.e[tile] = flags;
  }
}
