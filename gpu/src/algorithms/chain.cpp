#include "chain.hpp"

#include "../tracing/text.hpp"

namespace tandem::gpu::detail {
namespace {

char const chain_body[] =
#include <tandem_shaders/traced/chain.glsl.inc>
    ;

std::size_t totals_of(std::size_t tiles) {
  std::size_t totals = 0;
  for (unsigned level = 0; level < 5; ++level)
    totals += tiles >> (4 * level);
  return totals;
}

} // namespace

std::string chain_text(scalar type) {
  char const* pack = "uvec2(x, 0u)";
  char const* unpack = "w.x";
  switch (type) {
  case scalar::int32:
    pack = "uvec2(uint(x), 0u)";
    unpack = "int(w.x)";
    break;
  case scalar::float32:
    pack = "uvec2(floatBitsToUint(x), 0u)";
    unpack = "uintBitsToFloat(w.x)";
    break;
  case scalar::int64:
    pack = "unpackUint2x32(uint64_t(x))";
    unpack = "int64_t(packUint2x32(w))";
    break;
  case scalar::uint64:
    pack = "unpackUint2x32(x)";
    unpack = "packUint2x32(w)";
    break;
  case scalar::float64:
    pack = "unpackDouble2x32(x)";
    unpack = "packDouble2x32(w)";
    break;
  default: // uint32; others are no type of totals
    break;
  }
  return join({"uvec2 td_pack(TD_T x) { return ", pack, "; }\nTD_T td_unpack(uvec2 w) { return ", unpack,
               "; }\n", chain_body});
}

void add_chain_members(pass_members& members, std::uint64_t state, std::size_t tiles,
                       chained_setting const& how) {
  members.reference("state", scalar::uint32, state);
  members.word("tiles", tiles);
  members.word("spin_limit", how.spin_limit);
  members.word("stuck_tile", how.stuck_tile);
}

chain_state::chain_state(engine& owner, std::size_t tiles, chained_setting const& how)
    : owner_(owner), tiles_(tiles), totals_(totals_of(tiles)), how_(how),
      words_(owner.allocate((2 + 3 * totals_) * 4)) {}

void chain_state::record_clear(recorder& work) const {
  work.fill(words_, 0, (2 + totals_) * 4);
  work.barrier();
}

void chain_state::add_members(recorder& work, pass_members& members) const {
  add_chain_members(members, work.address(words_), tiles_, how_);
}

bool chain_state::ended_well() const {
  std::uint32_t gave_up = 0;
  words_.download(&gave_up, 4, 4);
  if (gave_up != 0)
    note_stuck(owner_);
  else
    note_chained_run();
  return gave_up == 0;
}

} // namespace tandem::gpu::detail
