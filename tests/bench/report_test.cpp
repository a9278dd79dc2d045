#include <catch2/catch.hpp>

#include "imagined.hpp"
#include "report_page.hpp"
#include "support/skip.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace tandem_bench;

namespace {

report_contents imagined_contents() {
  report_contents all;
  all.crossover = imagined_report();
  all.crossover.where.cpu = "Imagined </script> CPU"; // must not end the script
  all.heat = imagined_heat();
  all.regret.where = all.crossover.where;
  all.regret.lines = regrets_of(all.crossover.panels);
  all.regret.lines.push_back({"H200", "map", {1.0, 1.1, 1.5}});
  all.profile.cpu.name = "Imagined CPU";
  all.profile.cpu.bandwidth = {{1e5, 50, 90}, {1e8, 12, 20}};
  tandem::device_profile device;
  device.name = "Imagined GPU";
  device.upload = {{1e4, 5}, {1e7, 800}};
  device.download = {{1e4, 6}, {1e7, 900}};
  all.profile.devices = {device};
  all.peers_json = R"({"comparisons": [{"key": "a", "title": "Copying <map>", "n": 10, "bytes": 8,
    "ways": [{"way": "tandem", "median_ns": 10}, {"way": "another", "median_ns": 30}]}]})";
  return all;
}

std::size_t count_of(std::string const& text, std::string const& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

std::string output_of(std::string const& command) {
  std::string text;
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (std::size_t const got = std::fread(buffer, 1, sizeof buffer, pipe)) {
    text.append(buffer, got);
  }
  pclose(pipe);
  return text;
}

std::string browser() {
  for (char const* name : {"chromium", "chromium-browser", "google-chrome"}) {
    if (std::system(("command -v " + std::string(name) + " > /dev/null 2>&1").c_str()) == 0) {
      return name;
    }
  }
  return {};
}

} // namespace

TEST_CASE("report: one file that names nothing outside itself") {
  std::string const page = report_page(imagined_contents());
  CHECK(page.rfind("<!doctype html>", 0) == 0);
  CHECK(count_of(page, "{{") == 0);
  CHECK(page.find("<link") == std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("@import") == std::string::npos);
  CHECK(page.find("url(") == std::string::npos);
  CHECK(page.find("fetch(") == std::string::npos);
  CHECK(count_of(page, "</script>") == 2); // the data's own is escaped
  CHECK(page.find("prefers-color-scheme: dark") != std::string::npos);
  CHECK(page.find("width=device-width") != std::string::npos);
}

TEST_CASE("report: a peers file of another kind is refused") {
  report_contents all = imagined_contents();
  all.peers_json = "[1, 2]";
  CHECK_THROWS_WITH(report_page(all), Catch::Contains("peers --json"));
}

TEST_CASE("report: a browser draws all of it", "[slow]") {
  std::string const program = browser();
  if (program.empty()) {
    TANDEM_SKIP("no headless browser (Debian: chromium)");
  }
  auto const folder =
      std::filesystem::temp_directory_path() / ("tandem-report-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  auto const file = folder / "report.html";
  std::ofstream(file) << report_page(imagined_contents());
  std::string const start =
      program + " --headless --no-sandbox --disable-gpu --user-data-dir=" + (folder / "profile").string() +
      " --enable-logging=stderr --virtual-time-budget=3000 ";
  for (char const* size : {"1280,900", "390,800"}) {
    CAPTURE(size);
    std::string const said =
        output_of(start + "--window-size=" + size + " --dump-dom file://" + file.string() + " 2>&1");
    CHECK(said.find("Uncaught") == std::string::npos);
    CHECK(count_of(said, "class=\"series\"") == 5 * 5);
    CHECK(count_of(said, "class=\"pick\"") == 5 * 9);
    CHECK(said.find("class=\"boundary\"") != std::string::npos);
    CHECK(said.find("Copying &lt;map&gt;") != std::string::npos);
    CHECK(said.find("Imagined GPU: what moving data adds") != std::string::npos);
    CHECK(said.find("NaN") == std::string::npos);
    CHECK(said.find("the model says \u2248 170 Ki") != std::string::npos);
    CHECK(said.find("building a kernel</td><td>3.00 ms") != std::string::npos);
  }
  std::filesystem::remove_all(folder);
}
