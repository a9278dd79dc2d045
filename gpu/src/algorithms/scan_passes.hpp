// The passes of a scan, over any operation: traced, or the plain sum of counters.
#pragma once

#include "pass.hpp"

#include "../tracing/text.hpp"

#include <algorithm>

namespace tandem::gpu::detail {

inline constexpr std::size_t scan_tile = 4096;

enum class scan_pass : std::uint32_t { totals, inclusive, exclusive, exclusive_init };

/// GLSL of a level that reads and writes one array of its own type (totals of the level below).
pass_text totals_level_text(scan_pass what, scalar type);
/// The #define lines of a level.
std::string scan_defines(scan_pass what, scalar type);
extern std::string_view const scan_body;

struct scan_level {
  std::uint64_t io;     ///< elements, which become their exclusive scan
  std::uint64_t totals; ///< of tiles: written, or read as what comes before each
  std::size_t n;
  bool carries;
};

/// Members of a level above the first.
inline pass_members level_members(scan_level const& level, scalar type, std::size_t first_tile) {
  pass_members members;
  members.reference("io", type, level.io);
  members.reference("totals", type, level.totals);
  members.word("n", level.n);
  members.word("first_tile", first_tile);
  members.word("tile_base", 0);
  members.word("carries", level.carries ? 1 : 0);
  return members;
}

/// Calls fn(first tile, tiles) for pieces that one dispatch may have.
template <class Fn>
void for_dispatches(engine const& owner, std::size_t tiles, Fn&& fn) {
  std::size_t const most = owner.limits().max_groups;
  for (std::size_t first = 0; first < tiles; first += most)
    fn(first, std::min(most, tiles - first));
}

/// Records the exclusive scan, in place, of m totals. `launch(pass, members, groups)` dispatches a level; its
/// first result, before which there is nothing, is undefined.
template <class Launch>
void record_totals_scan(recorder& work, engine& owner, scalar type, std::uint64_t totals, std::size_t m,
                        Launch&& launch) {
  std::size_t const tiles = ceil_div(m, scan_tile);
  scan_level level{totals, 0, m, tiles > 1};
  if (tiles > 1) {
    memory const above = work.scratch(tiles * size_of(type));
    level.totals = work.address(above);
    for_dispatches(owner, tiles, [&](std::size_t first, std::size_t count) {
      launch(scan_pass::totals, level_members(level, type, first), count);
    });
    work.barrier();
    record_totals_scan(work, owner, type, level.totals, tiles, launch);
    work.barrier();
  }
  for_dispatches(owner, tiles, [&](std::size_t first, std::size_t count) {
    launch(scan_pass::exclusive, level_members(level, type, first), count);
  });
}

/// The exclusive sum, in place, of m counters; the first becomes zero.
void record_counter_scan(recorder& work, engine& owner, std::uint64_t counters, std::size_t m);
/// Starts building its kernels on a background thread. True when they are ready.
bool warm_counter_scan(engine& owner, std::size_t m);

} // namespace tandem::gpu::detail
