// Draws shares together that an inconsistent comparator put out of order, so that neither a tile's share of a nor its share of b
// begins before the one of the tile before: shares of a become the greatest so far, then what is left of b the greatest so far. (In
// places counted over all pairs of runs, which puts every pair behind the ones before it.) One group.
layout(local_size_x = 256) in;

shared uint td_most[256];

// The greatest that the invocations before this one have.
uint td_most_before(uint lane, uint own) {
  barrier();
  td_most[lane] = own;
  barrier();
  uint most = 0u;
  for (uint k = 0u; k < lane; ++k)
    most = max(most, td_most[k]);
  return most;
}

// What the pairs before the tile's hold of a, and as much of b.
uint td_half(uint tile) { return (tile * (256u * TD_E) - td_runs_of(tile).d) / 2u; }

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint each = push.splits.e[push.tiles] != 0u ? (push.tiles + 255u) / 256u : 0u;
  uint first = min(lane * each, push.tiles);
  uint end = min(first + each, push.tiles);
  uint most = 0u;
  for (uint tile = first; tile < end; ++tile)
    most = max(most, td_half(tile) + push.splits.e[tile]);
  uint a_before = td_most_before(lane, most);
  most = 0u;
  uint a = a_before;
  for (uint tile = first; tile < end; ++tile) {
    a = max(a, td_half(tile) + push.splits.e[tile]);
    most = max(most, tile * (256u * TD_E) - a);
  }
  uint b = td_most_before(lane, most);
  a = a_before;
  for (uint tile = first; tile < end; ++tile) {
    a = max(a, td_half(tile) + push.splits.e[tile]);
    b = max(b, tile * (256u * TD_E) - a);
    push.splits.e[tile] = tile * (256u * TD_E) - b - td_half(tile);
  }
}
