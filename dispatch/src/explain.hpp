#pragma once

#include <tandem/decision.hpp>

#include <string>

namespace tandem::detail {

/// What a log line says: the call, where it runs, why, and the two best predicted times.
TANDEM_API std::string explain_in_one_line(decision const& made, profile const& known);

} // namespace tandem::detail
