// What devices, calibrate and explain found, as files for programs.
#pragma once

#include <tandem/decision.hpp>
#include <tandem/gpu/device.hpp>

#include <string>
#include <vector>

namespace tandem_bench {

/// Every device with its abilities and limits, or why it was refused.
std::string devices_json(std::vector<tandem::gpu::device_info> const& devices);
/// A row for each device.
std::string devices_csv(std::vector<tandem::gpu::device_info> const& devices);

/// What is known of a machine's speed.
std::string profile_json(tandem::profile const& known);
/// A row for each number: whose, what, at how many bytes (where that matters), value.
std::string profile_csv(tandem::profile const& known);

/// A decision: what was asked, every way with its terms in µs, what was chosen and why.
std::string decision_json(tandem::decision const& made, tandem::profile const& known);
/// A row for each way, a column for each term.
std::string decision_csv(tandem::decision const& made, tandem::profile const& known);

} // namespace tandem_bench
