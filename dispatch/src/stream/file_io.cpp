#include "file_io.hpp"

#include "descriptor.hpp"
#include "uring_io.hpp"

#include <tandem/error.hpp>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace tandem::detail {

namespace {

class blocking_io final : public file_io {
 public:
  std::size_t read(int fd, std::byte* to, std::size_t n, std::uint64_t offset,
                   std::string const& name) override {
    std::size_t done = 0;
    while (done < n) {
      ssize_t const got = ::pread(fd, to + done, n - done, static_cast<off_t>(offset + done));
      if (got == 0)
        break;
      if (got > 0)
        done += static_cast<std::size_t>(got);
      else if (errno != EINTR)
        throw_errno("reading " + name);
    }
    return done;
  }
  void write(int fd, std::byte const* from, std::size_t n, std::uint64_t offset,
             std::string const& name) override {
    std::size_t done = 0;
    while (done < n) {
      ssize_t const put = ::pwrite(fd, from + done, n - done, static_cast<off_t>(offset + done));
      if (put >= 0)
        done += static_cast<std::size_t>(put);
      else if (errno != EINTR)
        throw_errno("writing " + name);
    }
  }
};

file_access asked_by_environment() {
  char const* const value = std::getenv("TANDEM_FILE_IO");
  std::string_view const text = value ? value : "";
  if (text.empty() || text == "auto")
    return file_access::as_set;
  if (text == "blocking")
    return file_access::blocking;
  if (text == "io_uring")
    return file_access::io_uring;
  throw std::invalid_argument("TANDEM_FILE_IO is '" + std::string(text) +
                              "'; valid values: auto, blocking, io_uring");
}

} // namespace

file_access resolve_access(file_access asked) {
  if (asked == file_access::as_set)
    asked = asked_by_environment();
  if (asked == file_access::as_set)
    return why_no_io_uring().empty() ? file_access::io_uring : file_access::blocking;
  if (asked == file_access::io_uring && !why_no_io_uring().empty())
    throw error("io_uring was asked for (file_access::io_uring or TANDEM_FILE_IO), but " + why_no_io_uring());
  return asked;
}

std::string const& why_no_io_uring() {
  static std::string const why = probe_io_uring();
  return why;
}

std::unique_ptr<file_io> make_file_io(file_access how) {
  if (how == file_access::io_uring)
    return make_uring_io();
  return std::make_unique<blocking_io>();
}

} // namespace tandem::detail
