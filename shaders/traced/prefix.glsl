// Sums of one number an invocation over a group of 256.
shared uint td_sums[256];
shared uint td_group_sums[16];

// What the invocations before this one hold together; `total`: all of them. Called by all of the group.
uint td_prefix(uint lane, uint own, out uint total) {
  barrier(); // of an earlier call
  td_sums[lane] = own;
  barrier();
  if (lane < 16u) {
    uint sum = 0u;
    for (uint k = 0u; k < 16u; ++k)
      sum += td_sums[lane * 16u + k];
    td_group_sums[lane] = sum;
  }
  barrier();
  uint before = 0u;
  total = 0u;
  for (uint g = 0u; g < 16u; ++g) {
    before += g < lane / 16u ? td_group_sums[g] : 0u;
    total += td_group_sums[g];
  }
  for (uint k = lane & ~15u; k < lane; ++k)
    before += td_sums[k];
  return before;
}
