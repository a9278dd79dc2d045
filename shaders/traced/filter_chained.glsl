// Stable filter that reads every element once: a group a tile of 4096 by ticket (see chain.glsl), an invocation 16 neighbours.
// td_keep(i) says what is kept, td_move(to, i) moves. The last tile writes how many are kept to push.kept_count.
layout(local_size_x = 256) in;

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = td_take_ticket(lane);
  uint first = tile * 4096u + lane * 16u;
  uint kept = 0u;
  for (uint k = 0u; k < 16u; ++k)
    if (first + k < push.n && td_keep(first + k))
      kept |= 1u << k;
  uint total;
  uint before = td_prefix(lane, uint(bitCount(kept)), total);
  uint earlier;
  uint found = td_chain(lane, tile, total, earlier);
  if (found == td_nothing)
    earlier = 0u;
  if (found != td_failed) {
    uint rank = earlier + before;
    for (uint k = 0u; k < 16u && first + k < push.n; ++k)
      if ((kept & (1u << k)) != 0u) {
        td_move(rank, first + k);
        ++rank;
      }
    if (lane == 0u && tile + 1u == push.tiles)
      push.kept_count.e[0] = earlier + total;
  }
}
