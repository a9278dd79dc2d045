// One digit (8 bits) of a stable radix sort. Keys are words (TD_K = uint or uvec2) in an order-preserving coding.
// TD_HISTOGRAM: counts.e[digit * tiles + tile] = how many of the tile have the digit. Else counts holds where they go:
// the tile is put in order of the digit in shared memory, four bits at a time, and leaves in runs.
// TD_E elements an invocation; TD_V: type of the values, if any.
layout(local_size_x = 256) in;

const uint td_tile = 256u * TD_E;

#ifdef TD_HISTOGRAM
shared uint td_bins[256];

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  td_bins[lane] = 0u;
  barrier();
  for (uint k = 0u; k < TD_E; ++k) {
    uint i = tile * td_tile + k * 256u + lane;
    if (i < push.n)
      atomicAdd(td_bins[td_digit(td_key(i))], 1u);
  }
  barrier();
  push.counts.e[lane * push.tiles + tile] = td_bins[lane];
}
#else
shared TD_K td_keys[td_tile];
#ifdef TD_V
shared TD_V td_values[td_tile];
#endif
shared uint td_counters[8 * 256]; // 16 digits of 16 bits, two a word, by invocation
shared uint td_sums_of[8 * 16];
shared uint td_starts[256];

shared uint td_totals[8];

// Where this invocation's first element of each nibble goes within the tile, two to a word.
void td_offsets(uint lane, uint counts[8], out uint offsets[8]) {
  barrier();
  for (uint w = 0u; w < 8u; ++w)
    td_counters[w * 256u + lane] = counts[w];
  barrier();
  if (lane < 128u) { // sixteen invocations' counts of one word become what stands before each
    uint sum = 0u;
    for (uint k = lane * 16u; k < lane * 16u + 16u; ++k) {
      uint own = td_counters[k];
      td_counters[k] = sum;
      sum += own;
    }
    td_sums_of[lane] = sum;
  }
  barrier();
  if (lane < 8u) {
    uint sum = 0u;
    for (uint g = lane * 16u; g < lane * 16u + 16u; ++g) {
      uint own = td_sums_of[g];
      td_sums_of[g] = sum;
      sum += own;
    }
    td_totals[lane] = sum;
  }
  barrier();
  uint smaller = 0u; // of smaller nibbles, over the whole tile
  for (uint w = 0u; w < 8u; ++w) {
    uint low = td_totals[w] & 0xffffu;
    offsets[w] = td_counters[w * 256u + lane] + td_sums_of[w * 16u + lane / 16u] + (smaller | ((smaller + low) << 16));
    smaller += low + (td_totals[w] >> 16);
  }
}

// Puts the tile in order of four bits of the digit: from td_keys to td_keys.
void td_order(uint lane, uint shift) {
  TD_K keys[TD_E];
#ifdef TD_V
  TD_V values[TD_E];
#endif
  uint counts[8] = uint[8](0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u);
  for (uint k = 0u; k < TD_E; ++k) {
    keys[k] = td_keys[lane * TD_E + k];
#ifdef TD_V
    values[k] = td_values[lane * TD_E + k];
#endif
    uint nibble = (td_digit(keys[k]) >> shift) & 15u;
    counts[nibble / 2u] += 1u << (16u * (nibble & 1u));
  }
  uint offsets[8];
  td_offsets(lane, counts, offsets);
  for (uint k = 0u; k < TD_E; ++k) {
    uint nibble = (td_digit(keys[k]) >> shift) & 15u;
    uint half_word = 16u * (nibble & 1u);
    uint to = (offsets[nibble / 2u] >> half_word) & 0xffffu;
    offsets[nibble / 2u] += 1u << half_word;
    td_keys[to] = keys[k];
#ifdef TD_V
    td_values[to] = values[k];
#endif
  }
  barrier();
}

void main() {
  uint lane = gl_LocalInvocationID.x;
  uint tile = push.first_tile + gl_WorkGroupID.x;
  uint start = tile * td_tile;
  uint count = min(push.n - start, td_tile);
  for (uint k = 0u; k < TD_E; ++k) {
    uint i = k * 256u + lane;
    td_keys[i] = i < count ? td_key(start + i) : TD_LAST_KEY; // what is not there sorts behind everything
#ifdef TD_V
    if (i < count)
      td_values[i] = td_value(start + i);
#endif
  }
  barrier();
  td_order(lane, 0u);
  td_order(lane, 4u);
  for (uint k = 0u; k < TD_E; ++k) {
    uint i = k * 256u + lane;
    uint digit = td_digit(td_keys[i]);
    if (i == 0u || td_digit(td_keys[i - 1u]) != digit)
      td_starts[digit] = i;
  }
  barrier();
  for (uint k = 0u; k < TD_E; ++k) {
    uint i = k * 256u + lane;
    if (i < count) {
      uint digit = td_digit(td_keys[i]);
      uint to = push.counts.e[digit * push.tiles + tile] + i - td_starts[digit];
      td_put_key(to, td_keys[i]);
#ifdef TD_V
      push.values_out.e[to] = td_values[i];
#endif
    }
  }
}
#endif
