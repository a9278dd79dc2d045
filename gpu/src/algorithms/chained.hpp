// Passes in which workgroups wait for what earlier ones publish: whether a device may run them, and what
// tests may force.
#pragma once

#include "../runtime/engine.hpp"

#include <cstdint>
#include <optional>

namespace tandem::gpu::detail {

struct chained_setting {
  std::uint32_t spin_limit = 1U << 20;    ///< looks at one word before a workgroup gives up
  std::uint32_t stuck_tile = 0xffffffffU; ///< for tests: this one never publishes
};

/// How chained passes run on this device, or nothing where they must not: on software devices, where the
/// litmus test failed, and after a pass has got stuck.
TANDEM_API std::optional<chained_setting> chained_on(engine& owner);

/// A pass got stuck: no more of them on this device.
void note_stuck(engine& owner);
/// A chained algorithm ended well.
void note_chained_run() noexcept;

struct chained_counts {
  std::uint64_t runs;
  std::uint64_t stuck;
};
TANDEM_API chained_counts chained_so_far() noexcept;

/// For tests: runs chained passes on any device, unless `off`; null ends it. A pass that gets stuck is then
/// forgotten.
struct forced_chaining {
  bool off = false;
  chained_setting how{};
};
TANDEM_API void force_chaining(forced_chaining const* how) noexcept;

/// How a radix sort ranks the keys of a tile.
enum class ranking : std::uint8_t { by_device, narrow, wide };
/// For tests.
TANDEM_API void force_ranking(ranking how) noexcept;
ranking forced_ranking() noexcept;

} // namespace tandem::gpu::detail
