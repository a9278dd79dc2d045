// Sorts every tile, stably: an invocation its TD_E neighbours in registers, then runs are merged two by two.
void main() {
  uint lane = gl_LocalInvocationID.x;
  uint start = (push.first + gl_WorkGroupID.x) * td_tile;
  uint count = min(push.n - start, td_tile);
  for (uint i = lane; i < count; i += 256u)
    td_items[td_at(i)] = push.a.e[start + i];
  barrier();

  uint first = lane * TD_E;
  uint own = first < count ? min(count - first, TD_E) : 0u;
  TD_T x[TD_E];
  [[unroll]] for (uint k = 0u; k < TD_E; ++k)
    x[k] = td_items[td_at(min(first + k, count - 1u))];
  // Exchanges of neighbours: stable, and a permutation whatever the comparator says.
  for (uint round = 0u; round < TD_E / 2u; ++round) {
    [[unroll]] for (uint odd = 0u; odd < 2u; ++odd)
      [[unroll]] for (uint k = odd; k + 1u < TD_E; k += 2u)
        if (k + 1u < own && td_less(x[k + 1u], x[k])) {
          TD_T other = x[k];
          x[k] = x[k + 1u];
          x[k + 1u] = other;
        }
  }
  barrier();
  [[unroll]] for (uint k = 0u; k < TD_E; ++k)
    if (k < own)
      td_items[td_at(first + k)] = x[k];
  barrier();

  for (uint width = TD_E; width < count; width *= 2u) {
    uint base = first & ~(2u * width - 1u);
    td_part p;
    p.a = base;
    p.na = base < count ? min(count - base, width) : 0u;
    p.b = base + p.na;
    p.nb = p.b < count ? min(count - p.b, width) : 0u;
    p.d = min(first - base, p.na + p.nb);
    p.count = min(p.na + p.nb - p.d, TD_E);
    p.last = ((first + TD_E) & (2u * width - 1u)) == 0u;
    TD_T merged[TD_E];
    uint from[TD_E];
    td_merge(lane, 2u * width / TD_E, p, merged, from);
    barrier();
    [[unroll]] for (uint k = 0u; k < TD_E; ++k)
      if (k < p.count)
        td_items[td_at(first + k)] = merged[k];
    barrier();
  }
  for (uint i = lane; i < count; i += 256u)
    push.to.e[start + i] = td_items[td_at(i)];
}
