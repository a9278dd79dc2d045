// Tiles that find what is before them while all run (shaders/traced/chain.glsl): its text and its state.
#pragma once

#include "chained.hpp"
#include "pass.hpp"

namespace tandem::gpu::detail {

/// GLSL of td_chain and what it needs, for totals of this type; td_op must stand before it.
std::string chain_text(scalar type);

/// The members that td_chain reads: state, tiles, spin_limit, stuck_tile.
void add_chain_members(pass_members& members, std::uint64_t state, std::size_t tiles,
                       chained_setting const& how);

/// The state of one chained pass over `tiles` tiles.
class chain_state {
 public:
  chain_state(engine& owner, std::size_t tiles, chained_setting const& how);

  /// Records that nothing is published yet.
  void record_clear(recorder& work) const;
  void add_members(recorder& work, pass_members& members) const;
  /// After the work is done: whether all tiles got on. Notes it.
  bool ended_well() const;

 private:
  engine& owner_;
  std::size_t tiles_;
  std::size_t totals_;
  chained_setting how_;
  memory words_;
};

} // namespace tandem::gpu::detail
