#pragma once

#include <tandem/decision.hpp>

namespace tandem::detail {

/// Where a split may fall: parts begin at multiples of the blocks of every fixed shape
/// (docs/architecture.md).
inline constexpr std::size_t split_granule = 4096;

/// A split must gain this factor over everything else, unless it was asked for.
inline constexpr double split_gain = 1.15;

/// Adds what the CPU has to fetch from a device first to the times of the CPU's candidates.
void add_fetching(decision& made, profile const& known) noexcept;

/// Adds the best way to divide the call between the CPU and one of the devices, if it can be divided: the
/// device's share k solves T_cpu(n - k) = T_device(k) with both times affine in the share (SkePU's closed
/// form, Öhberg, Ernstsson, Kessler 2020).
void add_split(decision& made) noexcept;

/// Chooses the split where the policy asked for one; where it is impossible, the reason is noted.
void choose_wanted_split(decision& made) noexcept;

/// The candidate for both at once, or null.
candidate const* split_of(decision const& made) noexcept;

} // namespace tandem::detail
