#include "report_page.hpp"

#include "crossover_files.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace tandem_bench {
namespace {

using nlohmann::ordered_json;

char const* in_words(tandem::source origin) {
  switch (origin) {
  case tandem::source::measured:
    return "measured in this run";
  case tandem::source::stored:
    return "from the stored profile";
  case tandem::source::assumed:
    break;
  }
  return "assumed";
}

ordered_json transfers(std::vector<tandem::transfer_sample> const& samples) {
  ordered_json list = ordered_json::array();
  for (auto const& sample : samples) {
    list.push_back({{"bytes", sample.bytes}, {"us", sample.microseconds}});
  }
  return list;
}

ordered_json factors(tandem::class_factors const& all) {
  ordered_json named = ordered_json::object();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != 1.0F) {
      named[name_of(static_cast<tandem::algorithm>(i))] = all[i];
    }
  }
  return named;
}

ordered_json profile_json(tandem::profile const& known) {
  ordered_json bandwidth = ordered_json::array();
  for (auto const& sample : known.cpu.bandwidth) {
    bandwidth.push_back({{"bytes", sample.bytes},
                         {"serial", sample.gb_per_s_serial},
                         {"parallel", sample.gb_per_s_parallel}});
  }
  ordered_json devices = ordered_json::array();
  for (auto const& device : known.devices) {
    devices.push_back({{"name", device.name},
                       {"driver", device.driver},
                       {"origin", in_words(device.origin)},
                       {"submit_us", device.submit_us},
                       {"minimum_kernel_us", device.minimum_kernel_us},
                       {"gb_per_s", device.gb_per_s},
                       {"ns_per_operation", device.ns_per_operation},
                       {"full_occupancy_n", device.full_occupancy_n},
                       {"compile_us", device.compile_us},
                       {"upload", transfers(device.upload)},
                       {"download", transfers(device.download)},
                       {"factors", factors(device.factors)}});
  }
  return {{"cpu",
           {{"name", known.cpu.name},
            {"origin", in_words(known.cpu.origin)},
            {"threads", known.cpu.threads},
            {"fork_us", known.cpu.fork_us},
            {"ns_per_operation", known.cpu.ns_per_operation},
            {"parallel_efficiency", known.cpu.parallel_efficiency},
            {"bandwidth", std::move(bandwidth)},
            {"factors", factors(known.cpu.factors)}}},
          {"devices", std::move(devices)}};
}

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
                          {"profile", profile_json(all.profile)},
                          {"peers", peers_of(all.peers_json)}};
  std::string page = report_html;
  replace(page, "{{script}}", report_js); // last parts first: what is put in is not searched again
  replace(page, "{{data}}", embedded(data));
  replace(page, "{{style}}", report_css);
  return page;
}

} // namespace tandem_bench
