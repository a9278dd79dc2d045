#include <catch2/catch.hpp>

#include "format.hpp"

#include <sstream>

using namespace tandem_bench;

TEST_CASE("format: times have three digits and a unit") {
  CHECK(format_time(0.5) == "0.50 ns");
  CHECK(format_time(850.0) == "850 ns");
  CHECK(format_time(999.6) == "1.00 µs");
  CHECK(format_time(12345.0) == "12.3 µs");
  CHECK(format_time(4.56e6) == "4.56 ms");
  CHECK(format_time(1.2e9) == "1.20 s");
}

TEST_CASE("format: counts, rates and ratios") {
  CHECK(format_count(256) == "256");
  CHECK(format_count(65536) == "64 Ki");
  CHECK(format_count(1572864) == "1.5 Mi");
  CHECK(format_count(8589934592.0) == "8 Gi");
  CHECK(format_rate(31.24e9) == "31.2 GB/s");
  CHECK(format_rate(4.31e12) == "4.31 TB/s");
  CHECK(format_ratio(1.0) == "1.00 ×");
}

TEST_CASE("format: columns line up, also with characters of several bytes") {
  table t({"n", "time", "x"});
  t.add({"256", "1.0 µs", "1"});
  t.add({"64 Ki", "100 ms", "20"});
  std::ostringstream out;
  t.print(out);
  std::istringstream lines(out.str());
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    CHECK(display_width(line) == 17);
    ++count;
  }
  CHECK(count == 4);
  CHECK_THROWS_AS(t.add({"1", "2"}), std::invalid_argument);
}
