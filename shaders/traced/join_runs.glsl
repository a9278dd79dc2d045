// A level above the tiles of a reduction by key: an invocation joins up to 16 nodes of the level below, which cover
// push.tiles_each tiles each, and leaves one node; push.closing: the last node of all finishes the last run.
layout(local_size_x = 256) in;

TD_T td_head(uint node) { return push.heads.e[node]; }
TD_T td_tail(uint node) { return push.tails.e[node]; }
uint td_flags(uint node) { return push.flags.e[node]; }
uint td_run(uint node) { return push.offsets.e[node * push.tiles_each]; }
void td_finish(uint run, TD_T total) { push.values_out.e[run] = total; }

void main() {
  uint node = (push.first_tile + gl_WorkGroupID.x) * 256u + gl_LocalInvocationID.x;
  if (node * 16u >= push.n)
    return;
  uint flags;
  TD_T head;
  TD_T tail;
  td_join(node * 16u, min(push.n - node * 16u, 16u), flags, head, tail);
  push.heads_out.e[node] = head;
  push.tails_out.e[node] = tail;
  push.flags_out.e[node] = flags;
  if (push.closing != 0u)
    td_finish(push.offsets.e[push.tiles] - 1u, tail);
}
