// How many of each tile have which digit (8 bits): counts.e[digit * tiles + tile].
void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  td_starts[lane] = 0u;
  barrier();
  for (uint k = 0u; k < TD_E; ++k) {
    uint i = tile * td_tile + k * 256u + lane;
    if (i < push.n)
      atomicAdd(td_starts[td_digit(td_key(i))], 1u);
  }
  barrier();
  push.counts.e[lane * push.tiles + tile] = td_starts[lane];
}
