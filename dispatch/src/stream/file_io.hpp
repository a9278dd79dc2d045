// Reading and writing regular files at a position: by pread and pwrite, or through Linux's io_uring.
#pragma once

#include <tandem/stream/options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace tandem::detail {

/// One user's way to its file. Not for two threads at once.
class file_io {
 public:
  virtual ~file_io() = default;
  /// Up to n bytes from `offset`, fewer only where the file ends. EINTR and short reads are dealt with.
  virtual std::size_t read(int fd, std::byte* to, std::size_t n, std::uint64_t offset,
                           std::string const& name) = 0;
  /// All n bytes; throws std::system_error (ENOSPC, EFBIG, …) when they do not go in.
  virtual void write(int fd, std::byte const* from, std::size_t n, std::uint64_t offset,
                     std::string const& name) = 0;
};

/// What `asked`, TANDEM_FILE_IO and this machine come to: blocking, io_uring, or as_set for whichever suits
/// each read. Throws std::invalid_argument for a value of TANDEM_FILE_IO that means nothing, tandem::error for
/// io_uring where there is none.
TANDEM_API file_access resolve_access(file_access asked);

/// Empty if io_uring works here (tried once per process), else why not.
TANDEM_API std::string const& why_no_io_uring();

/// `how` as resolve_access() gave it.
std::unique_ptr<file_io> make_file_io(file_access how);

} // namespace tandem::detail
