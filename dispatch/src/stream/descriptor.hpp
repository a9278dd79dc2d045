// Reading and writing file descriptors in full, interruptible by a stop_token.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

namespace tandem::detail {

/// Closes on destruction.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept;
  ~descriptor();
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept {
    int const fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

[[noreturn]] void throw_errno(std::string const& what);
[[noreturn]] void throw_errno(int error, std::string const& what);

/// open(), again on EINTR; throws naming the file.
descriptor open_file(std::string const& path, int flags);
/// For reading. A FIFO whose writer has not come yet does not keep the caller: reading from it does, and can
/// be given up.
descriptor open_to_read(std::string const& path);
/// fsync(), again on EINTR.
void flush_file(int fd, std::string const& name);

/// Waits for a descriptor that may never become ready, but no longer than until stop is requested.
class interruptible_wait {
 public:
  explicit interruptible_wait(std::stop_token stop);
  ~interruptible_wait();
  interruptible_wait(interruptible_wait const&) = delete;
  interruptible_wait& operator=(interruptible_wait const&) = delete;
  /// False when stop was requested first. `events`: POLLIN or POLLOUT.
  bool operator()(int fd, short events);
  /// A pause; false when stop was requested.
  bool pause(int milliseconds);

 private:
  struct wake_up;
  descriptor wake_;
  std::stop_token stop_;
  wake_up* callback_ = nullptr;
};

/// One read, repeated on EINTR and, for non-blocking descriptors, after waiting. 0: end (or stopped).
std::size_t read_some(int fd, std::byte* to, std::size_t n, interruptible_wait* wait,
                      std::string const& name);
/// All n bytes, or an exception (or stopped: false).
bool write_all(int fd, std::byte const* from, std::size_t n, interruptible_wait* wait, bool is_socket,
               std::string const& name);

} // namespace tandem::detail
