// Errors from parallel work, collected: lines of text become numbers, and parallel_try_map gives either all numbers or the first error
// by position, or every error at once. Exceptions are for what nobody expects; a bad line is expected.
#include <tandem/functional.hpp>
#include <tandem/map_reduce.hpp>
#include <tandem/try_map.hpp>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace {

/// What std::expected<double, std::string> is in C++23.
class parsed {
 public:
  parsed(double value) : value_(value) {}
  parsed(std::string error) : error_(std::move(error)) {}
  explicit operator bool() const { return value_.has_value(); }
  double operator*() const { return *value_; }
  std::string& error() { return error_; }

 private:
  std::optional<double> value_;
  std::string error_;
};

parsed parse(std::string const& line) {
  double value = 0;
  auto const [end, failed] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (failed == std::errc::result_out_of_range)
    return "'" + line + "' is out of range";
  if (failed != std::errc{} || end != line.data() + line.size())
    return "'" + line + "' is no number";
  return value;
}

} // namespace

int main() {
  std::vector<std::string> lines;
  for (int i = 0; i < 200'000; ++i)
    lines.push_back(std::to_string(i) + ".5");

  auto const clean = tandem::parallel_try_map(lines, parse);
  double const sum = tandem::parallel_map_reduce(*clean, 0.0, tandem::plus{}, [](double x) { return x; });
  std::printf("%zu lines without an error, sum %.1f\n", clean->size(), sum);

  lines[70'007] = "seven";
  lines[12'345] = "12e4x";
  lines[150'000] = "1e999";

  auto const stopped = tandem::parallel_try_map(lines, parse);
  if (!stopped)
    std::printf("first error: line %zu: %s\n", stopped.error_index() + 1, stopped.error().c_str());

  auto const report = tandem::parallel_try_map(lines, parse, tandem::all_errors);
  std::printf("all errors:\n");
  for (auto const& [index, what] : report.errors)
    std::printf("  line %6zu: %s\n", index + 1, what.c_str());
  bool const right =
      sum == 200'000.0 * 200'000.0 / 2 && stopped.error_index() == 12'345 && report.errors.size() == 3;
  std::printf("%s\n", right ? "right" : "WRONG");
  return right ? 0 : 1;
}
