// The pair of runs that output tile `tile` belongs to. push.width: length of sorted runs of which neighbours are merged; 0:
// the two ranges themselves, push.a_count elements at push.a and the others at push.b.
struct td_runs {
  uint a;
  uint na;
  uint b;
  uint nb;
  uint d; // the tile's first output within the pair
};

td_runs td_runs_of(uint tile) {
  if (push.width == 0u)
    return td_runs(0u, push.a_count, 0u, push.n - push.a_count, tile * 256u * TD_E);
  uint first = tile * 256u * TD_E;
  uint base = first & ~(2u * push.width - 1u);
  uint na = min(push.width, push.n - base);
  return td_runs(base, na, base + na, min(push.width, push.n - base - na), first - base);
}
