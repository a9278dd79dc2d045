// Index of the smallest or largest element, first of equals; NaN never wins. Elements become words (TD_K = uint or
// uvec2) whose order is theirs; a group looks at 16384 of them and leaves a word and an index. TD_CODED: the input is
// what an earlier level left.
layout(local_size_x = 256) in;

shared TD_K td_best[256];
shared uint td_index[256];

bool td_before(TD_K a, uint i, TD_K b, uint j) {
#ifdef TD_WIDE
  if (a.y != b.y)
    return a.y < b.y;
  if (a.x != b.x)
    return a.x < b.x;
#else
  if (a != b)
    return a < b;
#endif
  return i < j;
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint start = tile * 16384u;
  TD_K best = TD_K(0xffffffffu);
  uint index = 0xffffffffu;
  for (uint k = 0u; k < 64u; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n) {
#ifdef TD_CODED
      TD_K code = push.from.e[i];
      uint at = push.from_index.e[i];
#else
      TD_K code = td_code(push.from.e[i]);
      uint at = i;
#endif
      if (td_before(code, at, best, index)) {
        best = code;
        index = at;
      }
    }
  }
  td_best[lane] = best;
  td_index[lane] = index;
  for (uint s = 128u; s > 0u; s /= 2u) {
    barrier();
    if (lane < s && td_before(td_best[lane + s], td_index[lane + s], td_best[lane], td_index[lane])) {
      td_best[lane] = td_best[lane + s];
      td_index[lane] = td_index[lane + s];
    }
  }
  if (lane == 0u) {
    push.to.e[tile] = td_best[0];
    push.to_index.e[tile] = td_index[0];
  }
}
