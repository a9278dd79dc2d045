#include <catch2/catch.hpp>

#include "crossover_chart.hpp"
#include "imagined.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

using namespace tandem_bench;

namespace {

std::size_t count_of(std::string const& text, std::string const& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("chart: crossovers and regrets follow from the lines") {
  panel const costly = imagined("Costly", "…", 170.0, 12.0, 0.4);
  REQUIRE(costly.measured_crossover);
  CHECK(*costly.measured_crossover > 256.0);
  CHECK(*costly.measured_crossover < 4096.0);
  CHECK(*costly.measured_resident_crossover <= *costly.measured_crossover);
  CHECK_FALSE(imagined("Sum", "…", 0.2, 3.0, 0.2).measured_crossover);
  for (pick const& chosen : costly.picks) {
    CHECK(chosen.regret >= 1.0);
  }
}

TEST_CASE("chart: sizes nobody measured take no part") {
  panel p = imagined("Costly", "…", 170.0, 12.0, 0.4);
  p.lines[0].at.back() = {};
  p.lines[2].at.front() = {};
  conclude(p);
  CHECK(p.measured_crossover);
  CHECK(p.picks.back().regret < 2.0);
}

TEST_CASE("chart: the picture holds every line, dot and label") {
  std::string const svg = draw_crossover(imagined_report());
  CHECK(svg.rfind("<svg ", 0) == 0);
  CHECK(svg.find("</svg>\n") == svg.size() - 7);
  CHECK(count_of(svg, "<polyline ") == 5 * 5);
  CHECK(count_of(svg, "<circle ") == 5 * 9 + 1);
  CHECK(svg.find("no crossover up to 16 Mi") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
  if (char const* folder = std::getenv("TANDEM_TEST_CHARTS")) {
    std::ofstream(std::string(folder) + "/crossover.svg") << svg;
  }
}

TEST_CASE("chart: every line is named in the margin, those that end early by a leader") {
  crossover_report report{{}, {imagined("Costly", "…", 170.0, 12.0, 0.4)}};
  std::string const whole = draw_crossover(report);
  auto const leaders = [](std::string const& svg) { return count_of(svg, "stroke-dasharray=\"1 4\""); };
  CHECK(leaders(whole) == 0);
  for (std::size_t const l : {2U, 3U, 4U}) { // the GPU's lines end before the largest size
    report.panels[0].lines[l].at.back() = {};
  }
  std::string const early = draw_crossover(report);
  CHECK(leaders(early) == 3);
  std::vector<double> x, y;
  for (char const* name : {">1 thread<", ">all threads<", ">GPU, sent<", ">sent once<", ">stays there<"}) {
    auto const at = early.find(name);
    REQUIRE(at != std::string::npos);
    auto const number_after = [&](char const* attribute) {
      return std::stod(
          early.substr(early.find(attribute, early.rfind("<text", at)) + std::strlen(attribute)));
    };
    x.push_back(number_after(" x=\""));
    y.push_back(number_after(" y=\""));
  }
  std::sort(y.begin(), y.end());
  for (std::size_t i = 1; i < y.size(); ++i) {
    CHECK(x[i] == x[0]);
    CHECK(y[i] - y[i - 1] > 16.5); // none upon another
  }
}

TEST_CASE("chart: nothing measured, no GPU, names that are not XML") {
  CHECK(draw_crossover({}).find("no GPU") != std::string::npos);
  crossover_report report{{"<cpu> & \"co\"", 1, "", "", "", "", "", "", ""},
                          {imagined("<m>", "a < b", 1, 1, 1)}};
  report.panels[0].lines.resize(2);
  std::string const svg = draw_crossover(report);
  CHECK(svg.find("&lt;cpu&gt; &amp; &quot;co&quot;") != std::string::npos);
  CHECK(svg.find("<m>") == std::string::npos);
}
