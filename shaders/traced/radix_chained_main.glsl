void main() {
  uint lane = gl_LocalInvocationID.x;
  uint which = push.shift / 8u;
  if (lane == 0u) {
    td_ticket = atomicAdd(push.control.e[which], 1u);
    td_gave_up = atomicOr(push.control.e[8], 0u);
  }
  barrier();
  uint tile = td_ticket;
  uint start = tile * td_tile;
  uint count = min(push.n - start, td_tile);
  td_ends[lane] = 0u;
  td_starts[lane] = 0u;
  barrier();
  td_rank(lane, start, count);
  uint first = td_starts[lane];
  uint end = min(td_ends[lane], count); // without what is not there
  uint own = end - min(first, end);
  if (tile != push.stuck_tile)
    atomicOr(push.state.e[tile * 256u + lane], own | (tile == 0u ? 0x80000000u : 0x40000000u));
  uint before = td_gave_up == 0u ? td_look_back(tile, lane) : 0xffffffffu;
  if (before == 0xffffffffu) {
    atomicCompSwap(push.control.e[8], 0u, which + 1u);
    td_gave_up = 1u;
  } else if (tile > 0u && tile != push.stuck_tile) {
    atomicAdd(push.state.e[tile * 256u + lane], before + 0x40000000u);
  }
  td_starts[lane] = push.counts.e[which * 256u + lane] + before - first;
  barrier();
  if (td_gave_up == 0u)
    for (uint i = lane; i < count; i += 256u) {
      uint to = td_starts[td_digit(td_keys[i])] + i;
      td_put_key(to, td_keys[i]);
#ifdef TD_V
      push.values_out.e[to] = td_values[i];
#endif
    }
}
