// The k best of many words by radix select: their order is that of td_encode, greatest first. One text for three kernels:
// TD_COUNT counts a digit of the elements that agree with what is known of the k-th best; TD_PICK finds its digit in
// the counts; TD_COLLECT copies what is better to push.out, in no order, and fills up with the k-th best itself.
// push.state: 0, 1 the known digits (low and high word), 2 how many are still wanted among those that agree, 3 how many
// have been copied; from 4 on 2048 counts.
layout(local_size_x = 256) in;

const uint td_counts = 4u;

// Words x and y of a code; of 32 bits: x alone.
#ifdef TD_WIDE
uint td_low(uvec2 c) { return c.x; }
uint td_high(uvec2 c) { return c.y; }
#else
uint td_low(uint c) { return c; }
uint td_high(uint c) { return 0u; }
#endif

uint td_digit(uint low, uint high) {
  uint shifted = push.shift >= 32u ? high >> (push.shift - 32u) : low >> push.shift;
  if (push.shift > 21u && push.shift < 32u) // it reaches into the high word
    shifted |= high << (32u - push.shift);
  return shifted & push.digit_mask;
}

#if defined(TD_COUNT)
shared uint td_bins[4096];

void main() {
  uint lane = gl_LocalInvocationID.x;
  for (uint b = lane; b < 4096u; b += 256u)
    td_bins[b] = 0u;
  barrier();
  uint start = (push.first_tile + gl_WorkGroupID.x) * push.rows * 256u;
  uint known_low = push.state.e[0];
  uint known_high = push.state.e[1];
  uint same = 0u;
  uint times = 0u;
  for (uint k = 0u; k < push.rows; ++k) {
    uint i = start + k * 256u + lane;
    if (i < push.n) {
      TD_K code = td_encode(push.from.e[i]);
      if ((td_low(code) & push.mask_low) == known_low && (td_high(code) & push.mask_high) == known_high) {
        uint digit = td_digit(td_low(code), td_high(code));
        if (digit != same && times != 0u) {
          atomicAdd(td_bins[same * 2u + (lane & 1u)], times);
          times = 0u;
        }
        same = digit;
        ++times;
      }
    }
  }
  if (times != 0u)
    atomicAdd(td_bins[same * 2u + (lane & 1u)], times);
  barrier();
  for (uint b = lane; b < 2048u; b += 256u) {
    uint sum = td_bins[2u * b] + td_bins[2u * b + 1u];
    if (sum != 0u)
      atomicAdd(push.state.e[td_counts + b], sum);
  }
}
#elif defined(TD_PICK)
void main() {
  uint lane = gl_LocalInvocationID.x; // eight digits each, the greatest first
  uint wanted = push.state.e[2];
  uint own = 0u;
  for (uint k = 0u; k < 8u; ++k)
    own += push.state.e[td_counts + 2047u - (lane * 8u + k)];
  uint total;
  uint before = td_prefix(lane, own, total);
  barrier();
  if (before < wanted && wanted <= before + own) {
    uint digit = 2047u - lane * 8u;
    for (uint k = 0u; k < 8u; ++k) {
      uint here = push.state.e[td_counts + digit];
      if (wanted <= before + here)
        break;
      before += here;
      --digit;
    }
    push.state.e[2] = wanted - before;
    if (push.shift < 32u)
      push.state.e[0] |= digit << push.shift;
    if (push.shift >= 32u)
      push.state.e[1] |= digit << (push.shift - 32u);
    else if (push.shift > 21u)
      push.state.e[1] |= digit >> (32u - push.shift);
  }
  barrier();
  for (uint k = 0u; k < 8u; ++k)
    push.state.e[td_counts + lane * 8u + k] = 0u;
}
#else
shared uint td_base;

bool td_better(TD_K code, uint low, uint high) {
#ifdef TD_WIDE
  return code.y > high || (code.y == high && code.x > low);
#else
  return code > low;
#endif
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint low = push.state.e[0];
  uint high = push.state.e[1];
  uint equals = push.state.e[2];
  uint better = push.k - equals;
  uint kept = 0u;
  for (uint k = 0u; k < 16u; ++k) {
    uint i = tile * 4096u + k * 256u + lane;
    if (i < push.n && td_better(td_encode(push.from.e[i]), low, high))
      kept |= 1u << k;
  }
  uint total;
  uint rank = td_prefix(lane, uint(bitCount(kept)), total);
  if (lane == 0u)
    td_base = total == 0u ? 0u : atomicAdd(push.state.e[3], total);
  barrier();
  rank += td_base;
  for (uint k = 0u; k < 16u; ++k)
    if ((kept & (1u << k)) != 0u) {
      push.to.e[rank] = push.from.e[tile * 4096u + k * 256u + lane];
      ++rank;
    }
#ifdef TD_WIDE
  TD_K last = td_decode(uvec2(low, high));
#else
  TD_K last = td_decode(low);
#endif
  for (uint k = 0u; k < 16u; ++k) { // tiles share the rest out
    uint at = tile * 4096u + k * 256u + lane;
    if (at < equals)
      push.to.e[better + at] = last;
  }
}
#endif
