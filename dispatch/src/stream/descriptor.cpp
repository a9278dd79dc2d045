#include "descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <functional>
#include <system_error>

namespace tandem::detail {

descriptor& descriptor::operator=(descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}
descriptor::~descriptor() {
  reset();
}
void descriptor::reset() noexcept {
  if (fd_ >= 0)
    ::close(release());
}

void throw_errno(int error, std::string const& what) {
  throw std::system_error(error, std::generic_category(), what);
}
void throw_errno(std::string const& what) {
  throw_errno(errno, what);
}

descriptor open_file(std::string const& path, int flags) {
  for (;;) {
    descriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0666));
    if (file)
      return file;
    if (errno != EINTR)
      throw_errno("opening " + path);
  }
}

descriptor open_to_read(std::string const& path) {
  struct stat info {};
  bool const fifo = ::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode);
  return open_file(path, O_RDONLY | (fifo ? O_NONBLOCK : 0));
}

void flush_file(int fd, std::string const& name) {
  while (::fsync(fd) != 0)
    if (errno != EINTR)
      throw_errno("flushing " + name);
}

struct interruptible_wait::wake_up {
  std::stop_callback<std::function<void()>> callback;
};

interruptible_wait::interruptible_wait(std::stop_token stop)
    : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), stop_(std::move(stop)) {
  if (!wake_)
    throw_errno("eventfd");
  callback_ = new wake_up{std::stop_callback<std::function<void()>>(stop_, [fd = wake_.get()] {
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(fd, &one, sizeof one);
  })};
}

interruptible_wait::~interruptible_wait() {
  delete callback_;
}

bool interruptible_wait::operator()(int fd, short events) {
  for (;;) {
    pollfd both[2] = {{fd, events, 0}, {wake_.get(), POLLIN, 0}};
    int const n = ::poll(both, 2, -1);
    if (stop_.stop_requested())
      return false;
    if (n < 0 && errno != EINTR)
      throw_errno("poll");
    if (n > 0 && both[0].revents)
      return true;
  }
}

bool interruptible_wait::pause(int milliseconds) {
  pollfd wake{wake_.get(), POLLIN, 0};
  ::poll(&wake, 1, milliseconds);
  return !stop_.stop_requested();
}

std::size_t read_some(int fd, std::byte* to, std::size_t n, interruptible_wait* wait,
                      std::string const& name) {
  for (;;) {
    if (wait && !(*wait)(fd, POLLIN))
      return 0;
    ssize_t const got = ::read(fd, to, n);
    if (got >= 0)
      return static_cast<std::size_t>(got);
    if (errno == EINTR || (wait && (errno == EAGAIN || errno == EWOULDBLOCK)))
      continue;
    throw_errno("reading " + name);
  }
}

bool write_all(int fd, std::byte const* from, std::size_t n, interruptible_wait* wait, bool is_socket,
               std::string const& name) {
  while (n > 0) {
    if (wait && !(*wait)(fd, POLLOUT))
      return false;
    // A blocking socket or pipe would take everything before it returns, deaf to the stop: sockets are asked
    // not to block, pipes are given what they have said they can take. SIGPIPE is not for a library.
    ssize_t const put = is_socket ? ::send(fd, from, n, MSG_NOSIGNAL | MSG_DONTWAIT)
                                  : ::write(fd, from, wait ? std::min<std::size_t>(n, PIPE_BUF) : n);
    if (put < 0) {
      if (errno == EINTR || (wait && (errno == EAGAIN || errno == EWOULDBLOCK)))
        continue;
      throw_errno("writing " + name);
    }
    from += put;
    n -= static_cast<std::size_t>(put);
  }
  return true;
}

} // namespace tandem::detail
