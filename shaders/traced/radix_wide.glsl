// Ranking by ballots, for full subgroups of TD_S: a subgroup takes its keys in order, TD_S at a time, and finds who
// has the same digit by eight ballots.
#if TD_S > 32
#define TD_BALLOT uvec2
uint td_ones(uvec2 votes) { return uint(bitCount(votes.x) + bitCount(votes.y)); }
uvec2 td_vote(bool one) { return subgroupBallot(one).xy; }
#define TD_LOWER gl_SubgroupLtMask.xy
#else
#define TD_BALLOT uint
uint td_ones(uint votes) { return uint(bitCount(votes)); }
uint td_vote(bool one) { return subgroupBallot(one).x; }
#define TD_LOWER gl_SubgroupLtMask.x
#endif

const uint td_subgroups = 256u / TD_S;

// By pairs of subgroups, 16 bits each: keys of a digit, at last what the subgroups before have of it.
shared uint td_counts[(td_subgroups + 1u) / 2u * 256u];

uint td_half(uint subgroup) { return 16u * (subgroup & 1u); }
uint td_count_at(uint subgroup, uint digit) { return subgroup / 2u * 256u + digit; }

// Ranks among the subgroup's keys with the same digit; td_counts: how many there are of each.
void td_rank_in_subgroup(TD_K keys[TD_E], out uint ranks[TD_E]) {
  uint half_word = td_half(gl_SubgroupID);
  [[unroll]] for (uint k = 0u; k < TD_E; ++k) {
    uint digit = td_digit(keys[k]);
    TD_BALLOT same = td_vote(true);
    [[unroll]] for (uint bit = 0u; bit < 8u; ++bit) {
      bool one = ((digit >> bit) & 1u) != 0u;
      TD_BALLOT votes = td_vote(one);
      same &= one ? votes : ~votes;
    }
    uint at = td_count_at(gl_SubgroupID, digit);
    uint lower = td_ones(same & TD_LOWER);
    ranks[k] = ((td_counts[at] >> half_word) & 0xffffu) + lower;
    subgroupBarrier();
    if (lower == 0u)
      atomicAdd(td_counts[at], td_ones(same) << half_word);
    subgroupBarrier();
  }
}

// td_keys in order of the digit, td_starts where each digit begins; the tile begins at `start` and has `count` keys.
void td_rank(uint lane, uint start, uint count) {
  for (uint i = lane; i < (td_subgroups + 1u) / 2u * 256u; i += 256u)
    td_counts[i] = 0u;
  uint first = gl_SubgroupID * (TD_S * TD_E) + gl_SubgroupInvocationID;
  TD_K keys[TD_E];
  uint ranks[TD_E];
  [[unroll]] for (uint k = 0u; k < TD_E; ++k) {
    uint i = first + k * TD_S;
    keys[k] = i < count ? td_key(start + i) : TD_LAST_KEY; // what is not there sorts behind everything
  }
  barrier();
  td_rank_in_subgroup(keys, ranks);
  barrier();
  uint sum = 0u; // of this invocation's digit
  for (uint s = 0u; s < td_subgroups; s += 2u) {
    uint own = td_counts[td_count_at(s, lane)];
    td_counts[td_count_at(s, lane)] = sum | ((sum + (own & 0xffffu)) << 16);
    sum += (own & 0xffffu) + (own >> 16);
  }
  uint all;
  uint before = td_prefix(lane, sum, all);
  td_starts[lane] = before;
#ifdef TD_CHAINED
  td_ends[lane] = before + sum;
#endif
  barrier();
  [[unroll]] for (uint k = 0u; k < TD_E; ++k) {
    uint digit = td_digit(keys[k]);
    uint earlier = td_counts[td_count_at(gl_SubgroupID, digit)] >> td_half(gl_SubgroupID);
    uint to = td_starts[digit] + (earlier & 0xffffu) + ranks[k];
    td_keys[to] = keys[k];
#ifdef TD_V
    uint i = first + k * TD_S;
    if (i < count)
      td_values[to] = td_value(start + i);
#endif
  }
  barrier();
}
