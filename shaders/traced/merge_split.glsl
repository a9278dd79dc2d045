// Where each tile's share of run a begins: push.splits[tile]. push.splits[push.tiles] becomes 1 when shares are out of order, as
// an inconsistent comparator makes them. A group looks for 256 tiles, the last of them for comparison only.
layout(local_size_x = 256) in;

shared uint td_found[256];

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = (push.first + gl_WorkGroupID.x) * 255u + lane;
  td_runs r = td_runs_of(min(tile, push.tiles - 1u));
  uint low = r.d > r.nb ? r.d - r.nb : 0u;
  uint high = min(r.d, r.na);
  while (low < high) {
    uint middle = (low + high) / 2u;
    if (td_less(push.b.e[r.b + r.d - middle - 1u], push.a.e[r.a + middle]))
      high = middle;
    else
      low = middle + 1u;
  }
  td_found[lane] = low;
  barrier();
  if (lane < 255u && tile < push.tiles) {
    push.splits.e[tile] = low;
    uint made = min(256u * TD_E, r.na + r.nb - r.d);
    uint next = r.d + made == r.na + r.nb ? r.na : td_found[lane + 1u];
    if (next < low || next - low > made)
      push.splits.e[push.tiles] = 1u;
  }
}
