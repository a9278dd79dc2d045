// The report as one HTML file that needs no network.
#pragma once

#include "crossover_data.hpp"
#include "heat_map.hpp"
#include "regret.hpp"

#include <tandem/decision.hpp>

#include <string>

namespace tandem_bench {

/// What the page shows.
struct report_contents {
  crossover_report crossover;
  heat_report heat;
  regret_report regret;
  tandem::profile profile;
  std::string peers_json; ///< of `tandem-bench peers --json`, or empty
};

/// The page; data, style and script are inside it. Throws std::invalid_argument when `peers_json` is not what
/// the peers command writes.
std::string report_page(report_contents const& all);

/// The parts of the page: "{{style}}", "{{data}}" and "{{script}}" in the first stand for the others.
extern char const* const report_html;
extern char const* const report_css;
extern char const* const report_js;

} // namespace tandem_bench
