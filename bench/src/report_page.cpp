#include "report_page.hpp"

#include "crossover_files.hpp"
#include "profile_object.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace tandem_bench {
namespace {

using nlohmann::ordered_json;

ordered_json time_json(timing const& t) {
  return t.samples == 0 ? ordered_json(nullptr) : ordered_json(t.median_ns);
}

ordered_json optional_json(std::optional<double> const& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json heat_json(heat_report const& heat) {
  ordered_json rows = ordered_json::array();
  for (heat_row const& row : heat.rows) {
    ordered_json cells = ordered_json::array();
    for (heat_cell const& cell : row.cells) {
      cells.push_back({{"serial", time_json(cell.serial)},
                       {"threads", time_json(cell.parallel)},
                       {"gpu", time_json(cell.gpu)},
                       {"fastest", fastest_of(cell)},
                       {"lead", lead_of(cell)},
                       {"chosen", cell.chosen},
                       {"predicted", cell.predicted}});
    }
    rows.push_back({{"operations", row.operations},
                    {"threads_from", optional_json(row.threads_from)},
                    {"gpu_from", optional_json(row.gpu_from)},
                    {"cells", std::move(cells)}});
  }
  return {{"sizes", heat.sizes}, {"rows", std::move(rows)}};
}

ordered_json peers_of(std::string const& text) {
  if (text.empty()) {
    return nullptr;
  }
  auto parsed = ordered_json::parse(text, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("comparisons")) {
    throw std::invalid_argument("the peers file is not what 'tandem-bench peers --json' writes");
  }
  return parsed;
}

// A script element ends at "</" wherever it stands, and U+2028 ends a line of JavaScript; dump() escapes
// neither.
std::string embedded(ordered_json const& data) {
  std::string const text = data.dump();
  std::string safe;
  for (char const c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

void replace(std::string& page, std::string const& mark, std::string const& by) {
  std::size_t const at = page.find(mark);
  if (at == std::string::npos) {
    throw std::logic_error("the report page has no place for " + mark);
  }
  page.replace(at, mark.size(), by);
}

} // namespace

std::string report_page(report_contents const& all) {
  ordered_json const data{{"crossover", ordered_json::parse(to_json(all.crossover))},
                          {"heat", heat_json(all.heat)},
                          {"regret", ordered_json::parse(regret_json(all.regret))},
                          {"profile", profile_object(all.profile)},
                          {"peers", peers_of(all.peers_json)}};
  std::string page = report_html;
  replace(page, "{{script}}", report_js); // last parts first: what is put in is not searched again
  replace(page, "{{data}}", embedded(data));
  replace(page, "{{style}}", report_css);
  return page;
}

} // namespace tandem_bench
