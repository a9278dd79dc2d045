// What is said about the comparisons: one table for people, CSV and JSON for programs.
#pragma once

#include "comparison.hpp"
#include "crossover_data.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace tandem_bench {

/// Whether what was measured meets a goal; false when the peer it speaks of was not there.
bool met(compared const& result, goal const& wanted);

/// A line a comparison, a column a peer (the best of its ways), then the best peer, the part of the speed that memory
/// allows, and the goals. A goal against a peer that was missed where memory allows no more says so instead.
void print_table(std::ostream& out, std::vector<compared> const& results);

/// A line a way.
void print_details(std::ostream& out, std::vector<compared> const& results);

std::string to_csv(std::vector<compared> const& results);
std::string to_json(machine const& here, std::vector<compared> const& results);

} // namespace tandem_bench
