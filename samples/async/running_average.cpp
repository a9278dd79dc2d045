// Stream combinators: a text file of temperatures becomes hourly means and a running maximum, in one pipeline
// that never holds the whole file: lines | parse | drop what is no number | groups of 60 | mean of each |
// running maximum | into a vector.
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <numbers>

namespace {

double reading(int minute) {
  return 15.0 + 8.0 * std::sin((minute - 540) * std::numbers::pi / 720);
}

// A day of temperatures, one a minute, with a gap in the sensor's data now and then.
void write_day(std::string const& path) {
  std::ofstream file(path);
  for (int minute = 0; minute < 1440; ++minute) {
    file << reading(minute) << '\n';
    if (minute % 100 == 99)
      file << "no reading\n";
  }
}

double parsed(std::string_view line) {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::from_chars(line.data(), line.data() + line.size(), value);
  return value;
}

std::size_t means_of_hours(std::span<double const> in, std::span<double> out) {
  std::size_t n = 0;
  for (; (n + 1) * 60 <= in.size(); ++n) {
    out[n] = 0;
    for (std::size_t i = 0; i < 60; ++i)
      out[n] += in[n * 60 + i] / 60;
  }
  return n;
}

} // namespace

int main() {
  samples::temporary_folder const folder("tandem-temperatures");
  auto const path = folder.file("day.txt");
  write_day(path);
  std::vector<double> warmest;
  auto const report = tandem::run(
      tandem::lines(path) | tandem::map(parsed) | tandem::filter([](double x) { return !std::isnan(x); }) |
          tandem::batch(60) | tandem::stage<double>(means_of_hours) |
          tandem::scan([](double a, double b) { return a > b ? a : b; }) | tandem::collect_into(warmest),
      {.chunk_bytes = 2048}); // small chunks, so that groups of 60 run over their borders

  std::vector<double> expected; // the same, hour by hour, from the readings themselves
  double best = -100;
  for (int hour = 0; hour < 24; ++hour) {
    double mean = 0;
    for (int minute = 60 * hour; minute < 60 * (hour + 1); ++minute)
      mean += reading(minute) / 60;
    expected.push_back(best = std::max(best, mean));
  }
  bool right = report.items_in == 1454 && warmest.size() == expected.size();
  for (std::size_t hour = 0; right && hour < 24; ++hour)
    right = std::abs(warmest[hour] - expected[hour]) < 1e-3; // the file holds six digits
  std::cout << report.items_in << " lines, " << warmest.size() << " hours: " << (right ? "right" : "WRONG")
            << '\n';
  for (std::size_t hour : {0u, 6u, 12u, 18u, 23u})
    std::printf("warmest hour until %02zu:59 %5.1f\n", hour, warmest.at(hour));
  return right ? 0 : 1;
}
