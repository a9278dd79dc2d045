// bins[f(x)] += 1, 64 elements an invocation. Counts gather in shared memory where TD_BINS of them fit, else at once
// in push.bins; push.bins.e[push.bin_count] counts what falls outside.
layout(local_size_x = 256) in;

#ifdef TD_BINS
shared uint td_bins[TD_BINS];
#endif
shared uint td_outside;

void main() {
  uint lane = gl_LocalInvocationID.x;
#ifdef TD_BINS
  for (uint b = lane; b < push.bin_count; b += 256u)
    td_bins[b] = 0u;
#endif
  if (lane == 0u)
    td_outside = 0u;
  barrier();
  uint start = (push.first_tile + gl_WorkGroupID.x) * 16384u;
  for (uint k = 0u; k < 64u; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n) {
      TD_R bin = td_bin_of(i);
      if (bin >= TD_R(0) && bin < TD_R(push.bin_count)) {
#ifdef TD_BINS
        atomicAdd(td_bins[uint(bin)], 1u);
#else
        atomicAdd(push.bins.e[uint(bin)], 1u);
#endif
      } else {
        atomicAdd(td_outside, 1u);
      }
    }
  }
  barrier();
#ifdef TD_BINS
  for (uint b = lane; b < push.bin_count; b += 256u)
    if (td_bins[b] != 0u)
      atomicAdd(push.bins.e[b], td_bins[b]);
#endif
  if (lane == 0u && td_outside != 0u)
    atomicAdd(push.bins.e[push.bin_count], td_outside);
}
