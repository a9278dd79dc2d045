// What is known of a machine's speed, as JSON: for files and for the report.
#pragma once

#include <tandem/decision.hpp>

#include <nlohmann/json_fwd.hpp>

namespace tandem_bench {

char const* name_of(tandem::source origin);
nlohmann::ordered_json profile_object(tandem::profile const& known);

} // namespace tandem_bench
