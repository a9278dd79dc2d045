// How many of all keys have which digit, for all passes at once: totals.e[pass * 256 + digit]. An invocation reads
// TD_READ keys.
shared uint td_bins[TD_PASSES * 256u];

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint start = (push.first_tile + gl_WorkGroupID.x) * (256u * TD_READ);
  for (uint p = 0u; p < TD_PASSES; ++p)
    td_bins[p * 256u + lane] = 0u;
  barrier();
  for (uint k = 0u; k < TD_READ; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n) {
      TD_K key = td_key(i);
      [[unroll]] for (uint p = 0u; p < TD_PASSES; ++p)
        atomicAdd(td_bins[p * 256u + td_digit_of(key, p * 8u)], 1u);
    }
  }
  barrier();
  for (uint p = 0u; p < TD_PASSES; ++p) {
    uint own = td_bins[p * 256u + lane];
    if (own != 0u)
      atomicAdd(push.counts.e[p * 256u + lane], own);
  }
}
