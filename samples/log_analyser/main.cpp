// Reads a web server's log (or standard input) line by line, in parallel, in bounded memory: requests per
// status, bytes sent, response times. Then the same figures from a CSV file, by column names.
//
//   log_analyser [log file; - for standard input; default: a made-up one]
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>

namespace {

struct request {
  std::uint16_t status = 0; // 0: the line is no request
  std::uint32_t bytes = 0;
  float ms = 0;
};

// … "GET /index.html HTTP/1.1" 200 5120 12.25
request parse(std::string_view line) {
  request r;
  auto const quote = line.rfind('"');
  if (quote == std::string_view::npos)
    return r;
  char const* at = line.data() + quote + 1;
  char const* const end = line.data() + line.size();
  auto const number = [&](auto& value) {
    while (at != end && *at == ' ')
      ++at;
    auto const [next, error] = std::from_chars(at, end, value);
    at = next;
    return error == std::errc();
  };
  request const bad;
  return number(r.status) && number(r.bytes) && number(r.ms) ? r : bad;
}

struct totals {
  std::array<std::uint64_t, 6> by_class{}; // 0: not understood; 2: 2xx …
  std::uint64_t bytes = 0;
  std::array<std::uint64_t, 24> times{}; // by powers of two of 1/16 ms
};

totals of(request const& r) {
  totals t;
  t.by_class[r.status < 600 ? r.status / 100 : 0] = 1;
  if (r.status == 0)
    return t;
  t.bytes = r.bytes;
  std::size_t slot = 0;
  for (float ms = r.ms * 16; ms >= 1 && slot + 1 < t.times.size(); ms /= 2)
    ++slot;
  t.times[slot] = 1;
  return t;
}

totals combined(totals a, totals const& b) {
  for (std::size_t i = 0; i < a.by_class.size(); ++i)
    a.by_class[i] += b.by_class[i];
  for (std::size_t i = 0; i < a.times.size(); ++i)
    a.times[i] += b.times[i];
  a.bytes += b.bytes;
  return a;
}

double quantile_ms(totals const& t, double part) {
  std::uint64_t all = 0, seen = 0;
  for (auto n : t.times)
    all += n;
  for (std::size_t i = 0; i < t.times.size(); ++i)
    if (static_cast<double>(seen += t.times[i]) > part * static_cast<double>(all))
      return static_cast<double>(1u << i) / 16;
  return 0;
}

void make_example(std::string const& log, std::string const& csv) {
  std::ofstream lines(log), table(csv);
  table << "path,status,\"time, ms\"\n";
  for (int i = 0; i < 200000; ++i) {
    int const status = i % 50 == 0 ? 500 : i % 10 == 0 ? 404 : 200;
    lines << "10.0.0." << i % 250 << " - - \"GET /p" << i % 1000 << " HTTP/1.1\" " << status << ' '
          << i % 4096 << ' ' << i % 100 << ".5\n";
    table << "/p" << i % 1000 << ',' << status << ',' << i % 100 << ".5\n";
  }
  lines << "a line that is no request\n";
}

} // namespace

int main(int argc, char** argv) try {
  std::optional<samples::temporary_folder> example;
  if (argc < 2)
    example.emplace("tandem-example");
  std::string const log = example ? example->file("access.log") : argv[1];
  std::string const csv = example ? example->file("access.csv") : "";
  if (example)
    make_example(log, csv);
  totals t;
  auto const report = tandem::run(tandem::lines(log == "-" ? "/dev/stdin" : log) | tandem::map(parse) |
                                  tandem::map_reduce_to(t, combined, of));
  std::printf("%llu lines: %llu ok, %llu client errors, %llu server errors, %llu not understood\n",
              static_cast<unsigned long long>(report.items_out),
              static_cast<unsigned long long>(t.by_class[2]), static_cast<unsigned long long>(t.by_class[4]),
              static_cast<unsigned long long>(t.by_class[5]), static_cast<unsigned long long>(t.by_class[0]));
  std::printf("%.1f MB sent; half of the answers within %g ms, 99 %% within %g ms\n",
              static_cast<double>(t.bytes) * 1e-6, quantile_ms(t, 0.5), quantile_ms(t, 0.99));
  if (!example)
    return 0;

  double slow = 0;
  tandem::run(tandem::csv_columns<double>(csv, {"time, ms", "status"}) |
              tandem::filter([](std::array<double, 2> const& row) { return row[1] == 500; }) |
              tandem::map_reduce_to(
                  slow, [](double a, double b) { return a > b ? a : b; },
                  [](std::array<double, 2> const& row) { return row[0]; }));
  std::printf("slowest failure: %g ms\n", slow);
} catch (std::exception const& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
