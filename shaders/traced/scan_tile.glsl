// The shared part of the scans of the fixed shape: a group a tile of 256 lanes of 16, sums of lanes and of groups of 16 lanes.
shared TD_T td_lanes[256];
shared TD_T td_groups[16];

// Takes each lane's total. The first invocations each fold one group's lanes; where there are none nobody asks.
void td_fold_lanes(uint lane, TD_T own, uint lanes) {
  td_lanes[lane] = own;
  barrier();
  if (lane < 16u) {
    TD_T total = td_lanes[lane * 16u];
    for (uint k = lane * 16u + 1u; k < min(lane * 16u + 16u, lanes); ++k)
      total = td_op(total, td_lanes[k]);
    td_groups[lane] = total;
  }
  barrier();
}

// The groups' totals together, up to `groups`, of which there is one at least.
TD_T td_fold_groups(uint groups) {
  TD_T total = td_groups[0];
  for (uint g = 1u; g < groups; ++g)
    total = td_op(total, td_groups[g]);
  return total;
}

void td_append(inout bool any, inout TD_T before, TD_T next) {
  before = any ? td_op(before, next) : next;
  any = true;
}

// Appends what comes before this lane within the tile to what comes before the tile.
void td_fold_before(uint lane, inout bool any, inout TD_T before) {
  uint group = lane / 16u;
  if (group > 0u)
    td_append(any, before, td_fold_groups(group));
  if (lane % 16u > 0u) {
    TD_T others = td_lanes[group * 16u];
    for (uint k = group * 16u + 1u; k < lane; ++k)
      others = td_op(others, td_lanes[k]);
    td_append(any, before, others);
  }
}
