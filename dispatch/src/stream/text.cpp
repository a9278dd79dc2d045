#include "descriptor.hpp"

#include <tandem/error.hpp>
#include <tandem/stream/text.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace tandem::detail {

namespace {

class lines_source final : public stream_source {
 public:
  lines_source(std::string path, std::shared_ptr<csv_layout> csv)
      : path_(std::move(path)), csv_(std::move(csv)) {}
  std::string name() const override { return "read " + path_; }
  std::size_t item_bytes() const noexcept override { return sizeof(std::string_view); }
  std::size_t text_bytes(std::size_t chunk_bytes) const noexcept override { return chunk_bytes; }
  std::uint64_t total_bytes() const noexcept override { return total_; }
  std::uint64_t bytes_read(std::uint64_t) const noexcept override { return read_; }

  void open(std::stop_token stop) override {
    fd_ = open_to_read(path_);
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0)
      throw_errno("looking at " + path_);
    if (S_ISDIR(info.st_mode))
      throw_errno(EISDIR, "opening " + path_);
    if (S_ISREG(info.st_mode))
      total_ = static_cast<std::uint64_t>(info.st_size);
    else
      wait_.emplace(std::move(stop));
  }

  bool read(packet& p, std::size_t capacity) override {
    do {
      std::size_t const have = fill(p);
      p.set_count(capacity);
      auto const out = p.items<std::string_view>();
      std::size_t count = 0, at = 0;
      while (count < capacity && at < have) {
        std::size_t const end = line_end(p.text.get(), at, have);
        if (end == have && !ended_)
          break; // not all of it is here
        out[count++] = trimmed({p.text.get() + at, end - at});
        at = std::min(end + 1, have);
      }
      if (count == 0 && have == p.text_capacity)
        throw error(path_ + " has a line that is longer than a chunk of " + std::to_string(have) + " bytes");
      keep(p.text.get() + at, have - at, p.text_capacity);
      p.set_count(count);
      if (csv_ && !layout_known_ && count > 0)
        take_layout(p);
    } while (p.count() == 0 && !(ended_ && carry_ == 0));
    return p.count() != 0;
  }

 private:
  // Until the text is full, the file has ended, or (where bytes trickle in) there is a whole line.
  std::size_t fill(packet& p) {
    std::copy_n(carried_.get(), carry_, p.text.get());
    std::size_t have = carry_;
    while (!ended_ && have < p.text_capacity) {
      auto* const to = reinterpret_cast<std::byte*>(p.text.get() + have);
      std::size_t const got =
          read_some(fd_.get(), to, p.text_capacity - have, wait_ ? &*wait_ : nullptr, path_);
      ended_ = got == 0;
      read_ += got;
      bool const line = wait_ && line_end(p.text.get(), have, have + got) != have + got;
      have += got;
      if (line)
        break;
    }
    return have;
  }

  void keep(char const* rest, std::size_t n, std::size_t capacity) {
    if (!carried_)
      carried_.reset(new char[capacity]);
    std::copy_n(rest, n, carried_.get());
    carry_ = n;
  }

  void take_layout(packet& p) {
    layout_known_ = true;
    auto const all = p.items<std::string_view>();
    find_columns(all.front());
    if (!csv_->has_header)
      return;
    std::copy(all.begin() + 1, all.end(), all.begin());
    p.set_count(all.size() - 1);
  }

  void find_columns(std::string_view first) {
    std::vector<std::string> names;
    for (std::string_view rest = first; rest.data();) {
      auto const field = next_csv_field(rest, csv_->separator);
      names.push_back(csv_->has_header ? std::string(field) : std::to_string(names.size()));
    }
    for (auto const& wanted : csv_->wanted) {
      auto const at = std::find(names.begin(), names.end(), wanted);
      if (at == names.end())
        throw error(path_ + " has no column '" + wanted +
                    "'; its first line is: " + std::string(first.substr(0, 200)));
      csv_->places.push_back(static_cast<std::size_t>(at - names.begin()));
      csv_->fields_needed = std::max(csv_->fields_needed, csv_->places.back() + 1);
    }
  }

  static std::size_t line_end(char const* text, std::size_t from, std::size_t to) noexcept {
    void const* const found = from < to ? std::memchr(text + from, '\n', to - from) : nullptr;
    return found ? static_cast<std::size_t>(static_cast<char const*>(found) - text) : to;
  }
  static std::string_view trimmed(std::string_view line) noexcept {
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    return line;
  }

  std::string const path_;
  std::shared_ptr<csv_layout> const csv_;
  bool layout_known_ = false;
  descriptor fd_;
  std::optional<interruptible_wait> wait_;
  std::unique_ptr<char[]> carried_;
  std::size_t carry_ = 0;
  bool ended_ = false;
  std::uint64_t total_ = 0;
  std::uint64_t read_ = 0;
};

} // namespace

std::unique_ptr<stream_source> make_lines_source(std::string path, std::shared_ptr<csv_layout> csv) {
  return std::make_unique<lines_source>(std::move(path), std::move(csv));
}

std::string_view next_csv_field(std::string_view& line, char separator) noexcept {
  std::size_t end = 0;
  bool const quoted = !line.empty() && line.front() == '"';
  if (quoted) {
    for (end = 1; end < line.size(); ++end) {
      if (line[end] != '"')
        continue;
      if (end + 1 < line.size() && line[end + 1] == '"')
        ++end; // a doubled quote is text
      else
        break;
    }
  }
  std::size_t const stop = line.find(separator, end);
  std::string_view field = line.substr(0, stop);
  if (quoted)
    field = field.substr(1, end - 1);
  line = stop == std::string_view::npos ? std::string_view() : line.substr(stop + 1);
  return field;
}

void throw_csv_error(csv_layout const& layout, std::size_t column, std::string_view line) {
  throw error("column '" + layout.wanted[column] +
              "' is no number in the line: " + std::string(line.substr(0, 200)));
}

} // namespace tandem::detail
