// Merges pairs of runs, a group a tile of the output. TD_V: the type of values that are moved along.
#ifdef TD_V
shared uint td_from[td_tile];
#endif

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first + gl_WorkGroupID.x;
  td_runs r = td_runs_of(tile);
  uint count = min(td_tile, r.na + r.nb - r.d);
  uint a = push.splits.e[tile];
  uint a_end = r.d + count == r.na + r.nb ? r.na : push.splits.e[tile + 1u];
  uint of_a = a_end - a;
  uint from_a = r.a + a;
  uint from_b = r.b + r.d - a;
  for (uint i = lane; i < count; i += 256u) {
    if (i < of_a)
      td_items[td_at(i)] = push.a.e[from_a + i];
    else
      td_items[td_at(i)] = push.b.e[from_b + i - of_a];
  }
  barrier();

  td_part p;
  p.a = 0u;
  p.na = of_a;
  p.b = of_a;
  p.nb = count - of_a;
  p.d = min(lane * TD_E, count);
  p.count = min(count - p.d, TD_E);
  p.last = lane == 255u;
  TD_T merged[TD_E];
  uint from[TD_E];
  td_merge(lane, 256u, p, merged, from);
  barrier();
  [[unroll]] for (uint k = 0u; k < TD_E; ++k)
    if (k < p.count) {
      td_items[td_at(p.d + k)] = merged[k];
#ifdef TD_V
      td_from[p.d + k] = from[k];
#endif
    }
  barrier();
  for (uint i = lane; i < count; i += 256u) {
    push.to.e[tile * td_tile + i] = td_items[td_at(i)];
#ifdef TD_V
    uint f = td_from[i];
    if (f < of_a)
      push.values_to.e[tile * td_tile + i] = push.values_a.e[from_a + f];
    else
      push.values_to.e[tile * td_tile + i] = push.values_b.e[from_b + f - of_a];
#endif
  }
}
