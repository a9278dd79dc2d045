// Numbers and tables as people read them.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace tandem_bench {

std::string format_time(double nanoseconds);      ///< "850 ns", "12.3 µs", "4.56 ms", "1.20 s": three digits
std::string format_count(double count);           ///< "256", "64 Ki", "1.5 Mi"
std::string format_rate(double bytes_per_second); ///< "31.2 GB/s"
std::string format_ratio(double ratio);           ///< "1.04 ×", "12 ×"

/// Characters a terminal shows for UTF-8 text.
std::size_t display_width(std::string const& text);

/// A table with aligned columns: the first column to the left, numbers to the right.
class table {
 public:
  explicit table(std::vector<std::string> header);
  void add(std::vector<std::string>
               row); ///< throws std::invalid_argument when the row has another number of cells
  void print(std::ostream& out) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace tandem_bench
