#include "file_io.hpp"

#include "descriptor.hpp"
#include "uring_io.hpp"

#include <tandem/error.hpp>

#include <sys/uio.h>
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

#if defined(RWF_NOWAIT)
/// Copies what the page cache has; only what it lacks is worth a ring, which has several reads under way at
/// once. Writes go to the page cache and wait for nobody: a ring would hand each of them to a thread of the
/// kernel's and back.
class cached_first_io final : public file_io {
 public:
  std::size_t read(int fd, std::byte* to, std::size_t n, std::uint64_t offset,
                   std::string const& name) override {
    std::size_t done = 0;
    while (can_tell_ && done < n) {
      iovec part{to + done, n - done};
      ssize_t const got = ::preadv2(fd, &part, 1, static_cast<off_t>(offset + done), RWF_NOWAIT);
      if (got == 0)
        return done;
      if (got > 0)
        done += static_cast<std::size_t>(got);
      else if (errno == EAGAIN)
        return done + ring_->read(fd, to + done, n - done, offset + done, name);
      else if (errno == EOPNOTSUPP || errno == ENOSYS)
        can_tell_ = false; // a file system in memory
      else if (errno != EINTR)
        throw_errno("reading " + name);
    }
    return done + plain_.read(fd, to + done, n - done, offset + done, name);
  }
  void write(int fd, std::byte const* from, std::size_t n, std::uint64_t offset,
             std::string const& name) override {
    plain_.write(fd, from, n, offset, name);
  }

 private:
  blocking_io plain_;
  std::unique_ptr<file_io> const ring_ = make_uring_io();
  bool can_tell_ = true;
};
#endif

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
#if defined(RWF_NOWAIT)
  if (asked == file_access::as_set)
    return why_no_io_uring().empty() ? file_access::as_set : file_access::blocking;
#else
  if (asked == file_access::as_set)
    return file_access::blocking;
#endif
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
#if defined(RWF_NOWAIT)
  if (how == file_access::as_set)
    return std::make_unique<cached_first_io>();
#endif
  return std::make_unique<blocking_io>();
}

} // namespace tandem::detail
