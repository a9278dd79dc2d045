#include <catch2/catch.hpp>

#include "tool_files.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace tandem_bench;
using nlohmann::json;

namespace {

std::vector<tandem::gpu::device_info> imagined_devices() {
  tandem::gpu::device_info good;
  good.name = "Imagined \"GPU\", large";
  good.kind = tandem::gpu::device_kind::discrete;
  good.device_memory_bytes = std::uint64_t{8} << 30U;
  good.features.int64 = true;
  good.limits.subgroup_size = 32;
  good.arithmetic.tested = true;
  good.arithmetic.exact_sqrt32 = true;
  tandem::gpu::device_info bad;
  bad.index = 1;
  bad.name = "Old GPU";
  bad.refused = "it has no buffer device address";
  return {good, bad};
}

tandem::profile imagined_profile() {
  tandem::profile known;
  known.cpu.name = "Imagined CPU";
  known.cpu.origin = tandem::source::measured;
  known.cpu.bandwidth = {{1e5, 50, 90}, {1e8, 12, 20}};
  tandem::device_profile device;
  device.name = "Imagined GPU";
  device.compile_us = 4321;
  device.upload = {{1e4, 5}, {1e7, 800}};
  device.download = {{1e4, 6}, {1e7, 900}};
  known.devices = {device};
  return known;
}

tandem::decision imagined_decision(tandem::profile const& known) {
  tandem::machine state{.threads = 4, .devices = {{.name = "Imagined GPU"}}};
  state.devices[0].failed = true;
  return tandem::decide({.kind = tandem::algorithm::scan,
                         .n = 1 << 20,
                         .read_bytes = 4e6,
                         .written_bytes = 4e6,
                         .traceable = true,
                         .device_types = true},
                        state, known);
}

/// Cells of a line of CSV, quotes taken off.
std::vector<std::string> cells_of(std::string const& line) {
  std::vector<std::string> cells(1);
  bool inside = false;
  for (char const c : line) {
    if (c == '"') {
      inside = !inside;
    } else if (c == ',' && !inside) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<std::vector<std::string>> rows_of(std::string const& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) {
    rows.push_back(cells_of(line));
  }
  return rows;
}

void require_rectangular(std::vector<std::vector<std::string>> const& rows) {
  for (auto const& row : rows) {
    CHECK(row.size() == rows.front().size());
  }
}

} // namespace

TEST_CASE("tool files: devices, usable and refused") {
  auto const read = json::parse(devices_json(imagined_devices()));
  REQUIRE(read["devices"].size() == 2);
  auto const& good = read["devices"][0];
  CHECK(good["name"] == "Imagined \"GPU\", large");
  CHECK(good["kind"] == "discrete");
  CHECK(good["usable"] == true);
  CHECK(good["features"]["int64"] == true);
  CHECK(good["limits"]["subgroup_size"] == 32);
  CHECK(good["arithmetic"]["exact_sqrt32"] == true);
  CHECK(read["devices"][1]["refused"] == "it has no buffer device address");
  CHECK_FALSE(read["devices"][1].contains("features"));
  auto const rows = rows_of(devices_csv(imagined_devices()));
  REQUIRE(rows.size() == 3);
  require_rectangular(rows);
  CHECK(rows[1][1] == "Imagined GPU, large");
  CHECK(rows[2].back() == "it has no buffer device address");
  CHECK(json::parse(devices_json({}))["devices"].empty());
}

TEST_CASE("tool files: a profile, with every number of it") {
  auto const known = imagined_profile();
  auto const read = json::parse(profile_json(known));
  CHECK(read["cpu"]["name"] == "Imagined CPU");
  CHECK(read["cpu"]["source"] == "measured");
  CHECK(read["cpu"]["bandwidth"][1]["parallel_gb_per_s"] == 20);
  CHECK(read["cpu"]["factors"]["radix_sort"] == 1);
  CHECK(read["devices"][0]["compile_us"] == 4321);
  CHECK(read["devices"][0]["upload"][1]["us"] == 800);
  auto const rows = rows_of(profile_csv(known));
  require_rectangular(rows);
  CHECK(rows.size() == 1 + 4 + 2 * 2 + 6 + 2 + 2);
  CHECK(std::find(rows.begin(), rows.end(),
                  std::vector<std::string>{"Imagined GPU", "compile_us", "", "4321"}) != rows.end());
}

TEST_CASE("tool files: a decision, with its terms and what was impossible") {
  auto const known = imagined_profile();
  auto const made = imagined_decision(known);
  auto const read = json::parse(decision_json(made, known));
  CHECK(read["asked"]["algorithm"] == "scan");
  CHECK(read["asked"]["n"] == 1 << 20);
  CHECK(read["chosen"]["where"] == tandem::name_of(made.where()));
  REQUIRE(read["ways"].size() == made.candidate_count);
  double sum = 0;
  for (auto const& us : read["chosen"]["terms_us"]) {
    sum += us.get<double>();
  }
  CHECK(sum == Approx(made.predicted_us()));
  CHECK(read["ways"][2]["device"] == "Imagined GPU");
  CHECK(read["ways"][2]["why_not"] == tandem::in_words(tandem::reason::device_failed));
  auto const rows = rows_of(decision_csv(made, known));
  REQUIRE(rows.size() == 1 + made.candidate_count);
  require_rectangular(rows);
  CHECK(rows[0].size() == 5 + tandem::term_count + 1);
  CHECK(rows[3].back() == tandem::in_words(tandem::reason::device_failed));
}
