// The fixed tree of a reduction (see the architecture's page). TD_FINAL: the second pass, one group that joins the
// blocks' results; else one group a block. TD_ORDERED: neighbours are joined, else halves. TD_T is the type.
layout(local_size_x = TANDEM_REDUCTION_LANES) in;

shared TD_T td_lanes[TANDEM_REDUCTION_LANES];

// Joins the lanes that exist, the first `lanes` of them. Every invocation takes part in every barrier.
TD_T td_join(uint lane, uint lanes, TD_T own) {
  td_lanes[lane] = own;
#ifdef TD_ORDERED
  for (uint s = 1u; s < TANDEM_REDUCTION_LANES; s *= 2u) {
    barrier();
    if (lane % (2u * s) == 0u && lane + s < lanes) {
#else
  for (uint s = TANDEM_REDUCTION_LANES / 2u; s > 0u; s /= 2u) {
    barrier();
    if (lane < s && lane + s < lanes) {
#endif
      own = td_op(own, td_lanes[lane + s]);
      td_lanes[lane] = own;
    }
  }
  return own;
}

#ifdef TD_FINAL
// A lane's share of the tree over push.blocks results, 2^depth of them, in the order in which a stack of finished left
// halves suffices. What does not exist takes no part: then the left half stands for both.
TD_T td_share(uint lane) {
  TD_T left[32];
  uint left_exists = 0u;
  uint top = 0u;
  TD_T own = td_partial(0u);
  for (uint visit = 0u; visit < (1u << push.depth); ++visit) {
#ifdef TD_ORDERED
    uint at = (lane << push.depth) + visit;
#else
    uint at = lane + TANDEM_REDUCTION_LANES * (push.depth == 0u ? 0u : bitfieldReverse(visit) >> (32u - push.depth));
#endif
    bool exists = at < push.blocks;
    if (exists)
      own = td_partial(at);
    for (uint done = visit; (done & 1u) != 0u; done >>= 1) {
      --top;
      bool both = exists;
      exists = ((left_exists >> top) & 1u) != 0u;
      if (both)
        own = td_op(left[top], own);
      else
        own = left[top];
    }
    left[top] = own;
    left_exists = bitfieldInsert(left_exists, exists ? 1u : 0u, int(top), 1);
    ++top;
  }
  return own;
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  TD_T own = td_share(lane);
#ifdef TD_ORDERED
  uint lanes = (push.blocks + (1u << push.depth) - 1u) >> push.depth;
#else
  uint lanes = push.blocks;
#endif
  own = td_join(lane, min(lanes, uint(TANDEM_REDUCTION_LANES)), own);
  if (lane == 0u)
    td_finish(own);
}
#else
void main() {
  uint lane = gl_LocalInvocationID.x;
  uint first = gl_WorkGroupID.x * TANDEM_REDUCTION_BLOCK;
  uint count = min(push.n - first, uint(TANDEM_REDUCTION_BLOCK));
#ifdef TD_ORDERED
  uint from = lane * TANDEM_REDUCTION_ROWS;
  const uint stride = 1u;
  uint lanes = (count + TANDEM_REDUCTION_ROWS - 1u) / TANDEM_REDUCTION_ROWS;
#else
  uint from = lane;
  const uint stride = TANDEM_REDUCTION_LANES;
  uint lanes = min(count, uint(TANDEM_REDUCTION_LANES));
#endif
  TD_T own = td_value(first + min(from, count - 1u));
  if (count == TANDEM_REDUCTION_BLOCK) {
    [[unroll]] for (uint row = 1u; row < TANDEM_REDUCTION_ROWS; ++row)
      own = td_op(own, td_value(first + from + row * stride));
  } else {
    for (uint row = 1u; row < TANDEM_REDUCTION_ROWS && from + row * stride < count; ++row)
      own = td_op(own, td_value(first + from + row * stride));
  }
  own = td_join(lane, lanes, own);
  if (lane == 0u) {
    if (push.blocks == 1u)
      td_finish(own);
    else
      td_keep(push.first_block + gl_WorkGroupID.x, own);
  }
}
#endif
