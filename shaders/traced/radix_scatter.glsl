// One digit (8 bits) of a stable radix sort: the tile is put in order of the digit in shared memory and leaves in runs.
// counts.e[digit * tiles + tile]: where they go.
void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint start = tile * td_tile;
  uint count = min(push.n - start, td_tile);
  td_rank(lane, start, count);
  td_starts[lane] = push.counts.e[lane * push.tiles + tile] - td_starts[lane];
  barrier();
  for (uint i = lane; i < count; i += 256u) {
    uint to = td_starts[td_digit(td_keys[i])] + i;
    td_put_key(to, td_keys[i]);
#ifdef TD_V
    push.values_out.e[to] = td_values[i];
#endif
  }
}
