// One digit of a stable radix sort that reads its keys once (OneSweep: Adinets, Merrill, 2022): tiles are taken by
// ticket, publish how many they have of each digit, and look back at what those before them have published.
// counts: where the keys of each digit begin, 256 a pass. state: 256 words a tile, two bits of flag (1: of the tile alone, 2: up to
// and including it) and 30 of number. control: a ticket a pass; [8] one more than the pass that gave up waiting, if one did.
// A word is flag and number at once, and is only touched by atomic operations, so that nothing else needs an order.
shared uint td_ends[256];
shared uint td_ticket;
shared uint td_gave_up;

// What the tiles before this one have of the digit, or 0xffffffff.
uint td_look_back(uint tile, uint digit) {
  uint before = 0u;
  uint spins = 0u;
  uint look = tile;
  while (look > 0u) {
    uint word = atomicOr(push.state.e[(look - 1u) * 256u + digit], 0u);
    if ((word >> 30) == 0u) {
      ++spins;
      if (spins > push.spin_limit || ((spins & 63u) == 0u && atomicOr(push.control.e[8], 0u) != 0u))
        return 0xffffffffu;
    } else {
      before += word & 0x3fffffffu;
      look = (word >> 30) == 2u ? 0u : look - 1u;
    }
  }
  return before;
}
