#include "format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace tandem_bench {
namespace {

// Three significant digits without an exponent.
std::string three_digits(double value) {
  int const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string without_trailing_zeros(std::string text) {
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
      text.pop_back();
    }
  }
  return text;
}

void pad(std::ostream& out, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out << ' ';
  }
}

} // namespace

std::string format_time(double nanoseconds) {
  struct unit {
    double size;
    char const* name;
  };
  static constexpr std::array<unit, 4> units{{{1e9, " s"}, {1e6, " ms"}, {1e3, " µs"}, {1.0, " ns"}}};
  for (unit const& candidate : units) {
    if (nanoseconds >= 0.9995 * candidate.size) {
      return three_digits(nanoseconds / candidate.size) + candidate.name;
    }
  }
  return three_digits(nanoseconds) + " ns";
}

std::string format_count(double count) {
  struct unit {
    double size;
    char const* name;
  };
  static constexpr std::array<unit, 3> units{{{1073741824.0, " Gi"}, {1048576.0, " Mi"}, {1024.0, " Ki"}}};
  for (unit const& candidate : units) {
    if (count >= candidate.size) {
      return without_trailing_zeros(three_digits(count / candidate.size)) + candidate.name;
    }
  }
  return std::to_string(std::llround(count));
}

std::string format_rate(double bytes_per_second) {
  return bytes_per_second >= 1e12 ? three_digits(bytes_per_second / 1e12) + " TB/s"
                                  : three_digits(bytes_per_second / 1e9) + " GB/s";
}

std::string format_ratio(double ratio) {
  return three_digits(ratio) + " ×";
}

std::size_t display_width(std::string const& text) {
  auto const starts_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

table::table(std::vector<std::string> header) : header_(std::move(header)) {}

void table::add(std::vector<std::string> row) {
  if (row.size() != header_.size()) {
    throw std::invalid_argument("table::add: " + std::to_string(row.size()) + " cells for " +
                                std::to_string(header_.size()) + " columns");
  }
  rows_.push_back(std::move(row));
}

void table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < header_.size(); ++column) {
    std::size_t width = display_width(header_[column]);
    for (auto const& row : rows_) {
      width = std::max(width, display_width(row[column]));
    }
    widths.push_back(width);
  }
  auto const print_row = [&](std::vector<std::string> const& row) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      std::size_t const gap = widths[column] - display_width(row[column]);
      bool const last = column + 1 == row.size();
      pad(out, column == 0 ? 0 : gap);
      out << row[column];
      pad(out, column == 0 && !last ? gap : 0);
      out << (last ? "\n" : "  ");
    }
  };
  print_row(header_);
  std::vector<std::string> rule;
  for (std::size_t const width : widths) {
    std::string dashes;
    for (std::size_t i = 0; i < width; ++i) {
      dashes += "─";
    }
    rule.push_back(dashes);
  }
  print_row(rule);
  for (auto const& row : rows_) {
    print_row(row);
  }
}

} // namespace tandem_bench
