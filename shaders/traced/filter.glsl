// Stable filter and partition, a group a tile of 4096, an invocation 16 neighbours. td_keep(i) says what is kept,
// td_move(to, i) moves. TD_COUNT: push.offsets[tile] = how many are kept. Else push.offsets holds where each tile's kept
// elements go, and they are moved there; TD_PARTITION moves the others behind all that are kept, push.offsets[tiles] of
// them. TD_NARROW: elements are parts of words, and td_flush() writes the last one.
layout(local_size_x = 256) in;

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint first = tile * 4096u + lane * 16u;
  uint kept = 0u;
  for (uint k = 0u; k < 16u; ++k)
    if (first + k < push.n && td_keep(first + k))
      kept |= 1u << k;
  uint total;
  uint before = td_prefix(lane, uint(bitCount(kept)), total);
#ifdef TD_COUNT
  if (lane == 0u)
    push.offsets.e[tile] = total;
#else
  uint rank = push.offsets.e[tile] + before;
#ifdef TD_PARTITION
  uint all_kept = push.offsets.e[push.tiles];
#endif
  for (uint k = 0u; k < 16u && first + k < push.n; ++k) {
    if ((kept & (1u << k)) != 0u) {
      td_move(rank, first + k);
      ++rank;
    }
#ifdef TD_PARTITION
    else
      td_move(all_kept + first + k - rank, first + k);
#endif
  }
#ifdef TD_NARROW
  td_flush();
#endif
#endif
}
