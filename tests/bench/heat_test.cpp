#include <catch2/catch.hpp>

#include "heat_map.hpp"
#include "imagined.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace tandem_bench;

TEST_CASE("heat map: the fastest way and its lead") {
  heat_cell cell;
  CHECK(fastest_of(cell).empty());
  CHECK(lead_of(cell) == 1.0);
  cell.serial = {1000.0, 1.0, 5};
  CHECK(fastest_of(cell) == "serial");
  CHECK(lead_of(cell) == 1.0);
  cell.parallel = {980.0, 1.0, 5}; // within noise: the plain loop
  CHECK(fastest_of(cell) == "serial");
  cell.parallel = {500.0, 1.0, 5};
  CHECK(fastest_of(cell) == "threads");
  cell.gpu = {5000.0, 1.0, 5};
  CHECK(fastest_of(cell) == "threads");
  CHECK(lead_of(cell) == Approx(10.0));
  cell.gpu = {100.0, 1.0, 5};
  CHECK(fastest_of(cell) == "gpu");
  CHECK(lead_of(cell) == Approx(5.0));
}

TEST_CASE("heat map: picture, table and file hold every cell") {
  heat_report const report = imagined_heat();
  std::string const svg = draw_heat_map(report);
  CHECK(svg.rfind("<svg ", 0) == 0);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  CHECK(svg.find("<polyline ") != std::string::npos); // the model's lines
  std::ostringstream table;
  print_heat_map(table, report);
  CHECK(table.str().find("gpu") != std::string::npos);
  std::string const csv = heat_csv(report);
  CHECK(std::count(csv.begin(), csv.end(), '\n') ==
        static_cast<long>(2 + report.rows.size() * report.sizes.size() * 4));
  CHECK(draw_heat_map({}).find("</svg>") != std::string::npos);
  if (char const* folder = std::getenv("TANDEM_TEST_CHARTS")) {
    std::ofstream(std::string(folder) + "/heat.svg") << svg;
  }
}
