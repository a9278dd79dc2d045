// Ranking for subgroups of any size, by nobody's help but barriers: the tile is put in order of the digit in shared memory, four bits
// at a time, an invocation counting the nibbles of its TD_E neighbours.
shared uint td_counters[8 * 256]; // 16 digits of 16 bits, two a word, by invocation
shared uint td_sums_of[8 * 16];
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

// td_keys in order of the digit, td_starts where each digit begins; the tile begins at `start` and has `count` keys.
void td_rank(uint lane, uint start, uint count) {
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
#ifdef TD_CHAINED
    if (i + 1u == td_tile || td_digit(td_keys[i + 1u]) != digit)
      td_ends[digit] = i + 1u;
#endif
  }
  barrier();
}
