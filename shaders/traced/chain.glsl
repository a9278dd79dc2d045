// What comes before each tile, found while all run (after decoupled look-back: Merrill, Garland, 2016), in the fixed shape of
// scans: tiles are taken by ticket; each publishes its total, the last of 16 also theirs, the last of 256 and so on, five levels up.
// So a tile waits for at most 15 totals of each level, none of which waits for more than a few others, and what it makes of
// them has one shape whoever came first.
// push.state: ticket, whether somebody gave up waiting; a flag for each total; then its value, two words each (td_pack, td_unpack).
// A value is written before its flag and read after it, all by atomic operations, with memory barriers between.
shared uint td_ticket;
shared uint td_gave_up;
shared uint td_ready[80];
shared TD_T td_waited[80];
shared TD_T td_folds[5];

const uint td_nothing = 0u; // before the tile
const uint td_something = 1u;
const uint td_failed = 2u;

uint td_take_ticket(uint lane) {
  if (lane == 0u) {
    td_ticket = atomicAdd(push.state.e[0], 1u);
    td_gave_up = atomicOr(push.state.e[1], 0u);
  }
  barrier();
  return td_ticket;
}

// Totals of a level stand behind those of the levels below.
uint td_level_base(uint level) {
  uint base = 0u;
  for (uint below = 0u; below < level; ++below)
    base += push.tiles >> (4u * below);
  return base;
}
uint td_totals_of_all() { return td_level_base(5u); }

void td_publish(uint at, TD_T total) {
  uint value = 2u + td_totals_of_all() + 2u * at;
  uvec2 words = td_pack(total);
  atomicExchange(push.state.e[value], words.x);
  atomicExchange(push.state.e[value + 1u], words.y);
  memoryBarrierBuffer();
  atomicExchange(push.state.e[2u + at], 1u);
}

// Looks for a total up to `limit` times.
bool td_look(uint at, uint limit, out TD_T total) {
  bool found = false;
  for (uint spins = 0u; spins < limit && !found; ++spins) {
    found = atomicOr(push.state.e[2u + at], 0u) != 0u;
    if (!found && (spins & 63u) == 63u && atomicOr(push.state.e[1], 0u) != 0u)
      break;
  }
  memoryBarrierBuffer();
  uint value = 2u + td_totals_of_all() + 2u * at;
  total = td_unpack(uvec2(atomicOr(push.state.e[value], 0u), atomicOr(push.state.e[value + 1u], 0u)));
  return found;
}

// Waits for one of the totals before the tile: `lane` is its level times 16 and its place.
void td_wait(uint lane, uint tile) {
  uint at = tile >> (4u * (lane / 16u));
  if (td_gave_up != 0u || td_ready[lane] != 0u || lane % 16u >= (at & 15u))
    return;
  TD_T total;
  if (td_look(td_level_base(lane / 16u) + (at & ~15u) + lane % 16u, push.spin_limit, total)) {
    td_waited[lane] = total;
    td_ready[lane] = 1u;
  } else {
    atomicOr(push.state.e[1], 1u);
    td_gave_up = 1u;
  }
}

void td_fold(uint level, uint tile) {
  uint count = (tile >> (4u * level)) & 15u;
  TD_T sum = td_waited[level * 16u];
  for (uint k = 1u; k < count; ++k)
    sum = td_op(sum, td_waited[level * 16u + k]);
  td_folds[level] = sum;
}

// Publishes the tile's total (read of lane 0) and finds what is before it. Called by all of the group.
uint td_chain(uint lane, uint tile, TD_T own, out TD_T before) {
  if (lane == 0u && tile != push.stuck_tile)
    td_publish(tile, own);
  if (lane < 80u)
    td_ready[lane] = 0u;
  barrier();
  // Who publishes for others does so level by level, as soon as it can.
  uint steps = (tile & 15u) == 15u ? 5u : 1u;
  for (uint step = 0u; step < steps; ++step) {
    bool mine = lane < 80u && (steps == 1u || lane / 16u == step);
    if (mine)
      td_wait(lane, tile);
    barrier();
    if (mine && lane % 16u == 0u)
      td_fold(lane / 16u, tile);
    barrier();
    uint boundary = (16u << (4u * step)) - 1u;
    if (lane == 0u && steps == 5u && step < 4u && (tile & boundary) == boundary && td_gave_up == 0u) {
      own = td_op(td_folds[step], own);
      td_publish(td_level_base(step + 1u) + (tile >> (4u * (step + 1u))), own);
    }
  }
  uint any = td_nothing;
  before = own;
  for (uint k = 5u; k > 0u; --k)
    if (((tile >> (4u * (k - 1u))) & 15u) != 0u) {
      before = any == td_something ? td_op(before, td_folds[k - 1u]) : td_folds[k - 1u];
      any = td_something;
    }
  return td_gave_up != 0u ? td_failed : any;
}
