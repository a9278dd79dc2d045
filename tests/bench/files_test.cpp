#include <catch2/catch.hpp>

#include "crossover_files.hpp"
#include "imagined.hpp"
#include "machine_info.hpp"
#include "output_files.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace tandem_bench;

TEST_CASE("files: CSV has a row per workload, size and way") {
  crossover_report const report = imagined_report();
  std::istringstream csv(to_csv(report));
  std::string row;
  std::size_t rows = 0;
  while (std::getline(csv, row)) {
    if (row[0] != '#') {
      CHECK(std::count(row.begin(), row.end(), ',') == 7);
      ++rows;
    }
  }
  CHECK(rows == 1 + 5 * 9 * 6);
}

TEST_CASE("files: JSON holds what was measured, and null for what was not") {
  crossover_report report = imagined_report();
  report.panels[0].lines[0].at[0] = {};
  auto const read = nlohmann::json::parse(to_json(report));
  CHECK(read["machine"]["cpu"] == "Imagined CPU");
  REQUIRE(read["workloads"].size() == 5);
  auto const& costly = read["workloads"][2];
  CHECK(costly["points"].size() == 9);
  CHECK(costly["points"][3]["gpu_transfer"]["median_ns"].get<double>() ==
        report.panels[2].lines[2].at[3].median_ns);
  CHECK(costly["measured_crossover"].get<double>() == *report.panels[2].measured_crossover);
  CHECK(read["workloads"][0]["points"][0]["cpu_serial"].is_null());
  CHECK(read["workloads"][0]["measured_crossover"].is_null());
}

TEST_CASE("files: the table names every workload and says when there is no crossover") {
  std::ostringstream out;
  print_crossover(out, imagined_report());
  std::string const text = out.str();
  for (char const* title : {"Cheap map", "Medium map", "Costly map", "Sum", "Three inputs"}) {
    CHECK(text.find(title) != std::string::npos);
  }
  CHECK(text.find("none up to 16 Mi") != std::string::npos);
  CHECK(text.find("geometric mean") != std::string::npos);
}

TEST_CASE("files: a file that cannot be written is named") {
  CHECK_THROWS_WITH(write_file("/proc/no-such-folder/x.csv", "x"),
                    Catch::Contains("/proc/no-such-folder/x.csv"));
}

TEST_CASE("files: this machine has a CPU, threads and a version") {
  machine const here = this_machine(3);
  CHECK_FALSE(here.cpu.empty());
  CHECK(here.threads == 3);
  CHECK(here.version.rfind("0.", 0) == 0);
  CHECK(here.date.size() == 10);
}
