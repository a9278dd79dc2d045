// Merging in shared memory by merge path (Odeh, Green, Mwassi, Shmueli, Birk, 2012): TD_E outputs an invocation.
// Whatever the comparator says, every element is taken once: shares that an inconsistent one puts out of order are
// drawn together. TD_T: the type of the elements; td_less(a, b): their order.
layout(local_size_x = 256) in;

const uint td_tile = 256u * TD_E;

shared TD_T td_items[td_tile + td_tile / 32u];
shared uint td_splits[256];
shared uint td_crooked;

// Places are spread, so that neighbours TD_E apart lie in different banks.
uint td_at(uint i) { return i + i / 32u; }

// One invocation's part of a merge: runs at a and b in td_items, its first output d and how many it makes; `last` of
// its pair of runs.
struct td_part {
  uint a;
  uint na;
  uint b;
  uint nb;
  uint d;
  uint count;
  bool last;
};

// How many of the first d outputs come from a; of equals, those of a come first.
uint td_split(td_part p) {
  uint low = p.d > p.nb ? p.d - p.nb : 0u;
  uint high = min(p.d, p.na);
  while (low < high) {
    uint middle = (low + high) / 2u;
    if (td_less(td_items[td_at(p.b + p.d - middle - 1u)], td_items[td_at(p.a + middle)]))
      high = middle;
    else
      low = middle + 1u;
  }
  return low;
}

// The shares of a that go to all invocations: where each begins, and ends. `each`: invocations of a pair of runs.
uvec2 td_shares(uint lane, uint each, td_part p) {
  td_splits[lane] = td_split(p);
  if (lane == 0u)
    td_crooked = 0u;
  barrier();
  uint first = td_splits[lane];
  uint end = p.last ? p.na : td_splits[min(lane + 1u, 255u)];
  if (end < first || end - first > p.count)
    td_crooked = 1u;
  barrier();
  if (lane == 0u && td_crooked != 0u) {
    uint before = 0u;
    for (uint k = 0u; k < 256u; ++k) {
      before = k % each == 0u ? 0u : clamp(td_splits[k], before, before + TD_E);
      td_splits[k] = before;
    }
  }
  barrier();
  return uvec2(td_splits[lane], p.last ? p.na : td_splits[min(lane + 1u, 255u)]);
}

// This invocation's outputs, and where in td_items each was. Called by all of the group.
void td_merge(uint lane, uint each, td_part p, out TD_T merged[TD_E], out uint from[TD_E]) {
  uvec2 share = td_shares(lane, each, p);
  uint a = p.a + share.x;
  uint a_end = p.a + share.y;
  uint b = p.b + p.d - share.x;
  uint b_end = p.b + p.d + p.count - share.y;
  TD_T x = td_items[td_at(min(a, td_tile - 1u))];
  TD_T y = td_items[td_at(min(b, td_tile - 1u))];
  [[unroll]] for (uint k = 0u; k < TD_E; ++k) {
    bool take_b = b < b_end && (a >= a_end || td_less(y, x));
    merged[k] = take_b ? y : x;
    from[k] = take_b ? b : a;
    if (take_b) {
      ++b;
      y = td_items[td_at(min(b, td_tile - 1u))];
    } else {
      ++a;
      x = td_items[td_at(min(a, td_tile - 1u))];
    }
  }
}
