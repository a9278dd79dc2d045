#pragma once

#include <tandem/stream/pipeline.hpp>

#include <array>
#include <charconv>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

namespace detail {

/// The first line of a CSV file and where the wanted columns are in it; filled by the source before any
/// chunk.
struct csv_layout {
  std::vector<std::string> wanted;
  char separator = ',';
  bool has_header = true;
  std::vector<std::size_t> places; ///< for each wanted column its number in a line
  std::size_t fields_needed = 0;
};

TANDEM_API std::unique_ptr<stream_source> make_lines_source(std::string path,
                                                            std::shared_ptr<csv_layout> csv);
/// The next field of a line, without its quotes; moves the line behind it. Doubled quotes inside stay
/// doubled.
TANDEM_API std::string_view next_csv_field(std::string_view& line, char separator) noexcept;
[[noreturn]] TANDEM_API void throw_csv_error(csv_layout const& layout, std::size_t column,
                                             std::string_view line);

template <class T, std::size_t N>
class csv_stage final : public stream_stage {
 public:
  explicit csv_stage(std::shared_ptr<csv_layout const> layout) : layout_(std::move(layout)) {}
  std::string name() const override { return "csv"; }
  std::size_t item_bytes() const noexcept override { return sizeof(std::array<T, N>); }
  bool process(packet& p, chunk_place const&) override {
    auto const out = p.output<std::array<T, N>>();
    std::size_t n = 0;
    for (std::string_view line : p.items<std::string_view const>())
      if (!line.empty())
        parse(line, out[n++]);
    p.commit(n);
    return false;
  }

 private:
  void parse(std::string_view line, std::array<T, N>& row) const {
    std::string_view rest = line;
    std::size_t found = 0;
    for (std::size_t place = 0; place < layout_->fields_needed; ++place) {
      // A line that ends too early has an unparsable empty field there.
      std::string_view const field = next_csv_field(rest, layout_->separator);
      for (std::size_t c = 0; c < N; ++c)
        if (layout_->places[c] == place) {
          if (!parse_field(field, row[c]))
            throw_csv_error(*layout_, c, line);
          ++found;
        }
    }
    if (found != N)
      throw_csv_error(*layout_, 0, line);
  }

  static bool parse_field(std::string_view text, T& value) {
    while (!text.empty() && text.front() == ' ')
      text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
      text.remove_suffix(1);
    if (!text.empty() && text.front() == '+')
      text.remove_prefix(1);
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
  }

  std::shared_ptr<csv_layout const> layout_;
};

} // namespace detail

/// How CSV is read.
struct csv_options {
  /// Between columns.
  char separator = ',';
  /// Without a header, columns are named by their number: "0", "1", …
  bool header = true;
};

/// The lines of a text file (or FIFO, or `/dev/stdin`), without their ends ("\n" or "\r\n"). Each is a
/// std::string_view that is valid in the stages and the sink, for its own chunk. A line must fit into a chunk
/// (stream_options::chunk_bytes).
inline stream<std::string_view> lines(std::string path) {
  return stream<std::string_view>(detail::make_lines_source(std::move(path), nullptr));
}

/// Some columns of a CSV file as numbers: every line becomes a std::array<T, N>, in the order asked for.
/// Fields may be quoted (separators inside count as text; line ends inside are not supported); empty lines
/// are left out. A column that is not there, and a field that is no number, end the stream with an error that
/// names them.
template <class T, std::size_t N>
requires std::is_arithmetic_v<T> stream<std::array<T, N>>
csv_columns(std::string path, std::string_view const (&names)[N], csv_options options = {}) {
  auto layout = std::make_shared<detail::csv_layout>();
  layout->wanted.assign(names, names + N);
  layout->separator = options.separator;
  layout->has_header = options.header;
  auto source = stream<std::string_view>(detail::make_lines_source(std::move(path), layout));
  return std::move(source).template then<std::array<T, N>>(std::make_unique<detail::csv_stage<T, N>>(layout));
}

/// One column of a CSV file.
template <class T>
requires std::is_arithmetic_v<T> stream<std::array<T, 1>> csv_column(std::string path, std::string_view name,
                                                                     csv_options options = {}) {
  return csv_columns<T>(std::move(path), {name}, options);
}

} // namespace tandem
