// bins[f(x)] += 1. A group takes push.rows rows of 256 elements; an invocation adds up neighbours of its own that are
// alike before it counts them, so that skewed input makes few additions. Counts gather in shared memory where TD_BINS
// of them fit, in TD_COPIES copies side by side that neighbouring invocations share out, else at once in push.bins;
// push.bins.e[push.bin_count] counts what falls outside.
layout(local_size_x = 256) in;

#ifdef TD_BINS
shared uint td_bins[TD_BINS * TD_COPIES];
#endif
shared uint td_outside;

void td_count(uint bin, uint times, uint lane) {
#ifdef TD_BINS
  atomicAdd(td_bins[bin * TD_COPIES + (lane & (TD_COPIES - 1u))], times);
#else
  atomicAdd(push.bins.e[bin], times);
#endif
}

void main() {
  uint lane = gl_LocalInvocationID.x;
#ifdef TD_BINS
  for (uint b = lane; b < push.bin_count * TD_COPIES; b += 256u)
    td_bins[b] = 0u;
#endif
  if (lane == 0u)
    td_outside = 0u;
  barrier();
  uint start = (push.first_tile + gl_WorkGroupID.x) * push.rows * 256u;
  uint outside = 0u;
  uint same = 0u;
  uint times = 0u;
  for (uint k = 0u; k < push.rows; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n) {
      TD_R number = td_bin_of(i);
      if (number >= TD_R(0) && number < TD_R(push.bin_count)) {
        uint bin = uint(number);
        if (bin != same && times != 0u) {
          td_count(same, times, lane);
          times = 0u;
        }
        same = bin;
        ++times;
      } else {
        ++outside;
      }
    }
  }
  if (times != 0u)
    td_count(same, times, lane);
  if (outside != 0u)
    atomicAdd(td_outside, outside);
  barrier();
#ifdef TD_BINS
  for (uint b = lane; b < push.bin_count; b += 256u) {
    uint sum = 0u;
    for (uint c = 0u; c < TD_COPIES; ++c)
      sum += td_bins[b * TD_COPIES + c];
    if (sum != 0u)
      atomicAdd(push.bins.e[b], sum);
  }
#endif
  if (lane == 0u && td_outside != 0u)
    atomicAdd(push.bins.e[push.bin_count], td_outside);
}
