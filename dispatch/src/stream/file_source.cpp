#include "descriptor.hpp"
#include "file_io.hpp"

#include <tandem/stream/sources.hpp>

#include "npy.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

namespace tandem::detail {

namespace {

/// Reads elements from a descriptor; bytes of an element that is not complete yet are kept for the next
/// chunk.
class byte_source : public stream_source {
 public:
  byte_source(std::string name, std::size_t item_bytes) : name_(std::move(name)), item_bytes_(item_bytes) {}
  std::size_t item_bytes() const noexcept override { return item_bytes_; }
  std::uint64_t total_bytes() const noexcept override { return expected_; }

  bool read(packet& p, std::size_t capacity) override {
    p.set_count(capacity);
    std::byte* const to = p.items<std::byte>().data();
    std::size_t const wanted = capacity * item_bytes_;
    std::size_t have = carry_;
    std::copy_n(carried_.get(), carry_, to);
    while (have < wanted) {
      std::size_t const got = next(to + have, wanted - have);
      if (got == 0) {
        at_end(have % item_bytes_);
        break;
      }
      have += got;
      // Something that trickles in (a pipe, a socket) is passed on as soon as there is a whole element.
      if (wait_ && have >= item_bytes_)
        break;
    }
    carry_ = have % item_bytes_;
    std::copy_n(to + have - carry_, carry_, carried_.get());
    p.set_count(have / item_bytes_);
    return p.count() != 0;
  }

 protected:
  /// A regular file, of which `expected` bytes follow from `offset`.
  void use_regular(int fd, std::uint64_t offset, std::uint64_t expected, std::unique_ptr<file_io> io) {
    fd_ = fd;
    offset_ = offset;
    expected_ = expected;
    io_ = std::move(io);
  }
  /// Something whose end nobody knows, and that may keep us waiting.
  void use_endless(int fd, std::stop_token stop) {
    fd_ = fd;
    stop_ = stop;
    wait_.emplace(std::move(stop));
  }
  std::string const& path() const noexcept { return name_; }

 private:
  std::size_t next(std::byte* to, std::size_t n) {
    if (regular())
      n = static_cast<std::size_t>(std::min<std::uint64_t>(n, expected_ - read_));
    if (n == 0)
      return 0;
    std::size_t const got =
        regular() ? io_->read(fd_, to, n, offset_ + read_, name_) : read_some(fd_, to, n, &*wait_, name_);
    read_ += got;
    return got;
  }
  bool regular() const noexcept { return io_ != nullptr; }
  void at_end(std::size_t rest) const {
    if (wait_ && stop_.stop_requested())
      return;
    if (regular() && read_ < expected_)
      throw error(name_ + " shrank while it was being read: " + std::to_string(expected_) +
                  " bytes expected, " + std::to_string(read_) + " found");
    if (rest != 0)
      throw error(name_ + " ends within an element: " + std::to_string(rest) + " bytes left over of " +
                  std::to_string(item_bytes_));
  }

  std::string const name_;
  std::size_t const item_bytes_;
  int fd_ = -1;
  std::unique_ptr<file_io> io_; // of a regular file
  std::uint64_t offset_ = 0;
  std::uint64_t expected_ = 0;
  std::uint64_t read_ = 0;
  std::unique_ptr<std::byte[]> carried_{new std::byte[item_bytes_]};
  std::size_t carry_ = 0;
  std::stop_token stop_;
  std::optional<interruptible_wait> wait_;
};

class file_source : public byte_source {
 public:
  file_source(std::string path, std::size_t item_bytes, file_access access)
      : byte_source(std::move(path), item_bytes), access_(access) {}
  std::string name() const override { return "read " + path(); }

  void open(std::stop_token stop) override {
    fd_ = open_to_read(path());
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0)
      throw_errno("looking at " + path());
    if (S_ISDIR(info.st_mode))
      throw_errno(EISDIR, "opening " + path());
    if (S_ISREG(info.st_mode)) {
      ::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
      // A descriptor such as /dev/stdin may have been read from already.
      auto const at = std::max<off_t>(::lseek(fd_.get(), 0, SEEK_CUR), 0);
      std::uint64_t const left = info.st_size > at ? static_cast<std::uint64_t>(info.st_size - at) : 0;
      std::uint64_t const skipped = header(left);
      use_regular(fd_.get(), static_cast<std::uint64_t>(at) + skipped, left - skipped, make_file_io(access_));
    } else {
      use_endless(fd_.get(), std::move(stop));
    }
  }

 protected:
  /// Bytes in front of the elements, already consumed.
  virtual std::uint64_t header(std::uint64_t) { return 0; }
  int fd() const noexcept { return fd_.get(); }

 private:
  file_access const access_;
  descriptor fd_;
};

class npy_source final : public file_source {
 public:
  npy_source(std::string path, std::size_t item_bytes, char kind)
      : file_source(std::move(path), item_bytes, resolve_access(file_access::as_set)), kind_(kind) {}

 private:
  std::uint64_t header(std::uint64_t available) override {
    auto const h = read_npy_header(fd(), path());
    std::string const wanted = npy_type(kind_, item_bytes());
    if (h.type != wanted)
      throw error(path() + " holds elements of type '" + h.type + "', not '" + wanted + "' as asked for");
    if (available - h.header_bytes != h.count * item_bytes())
      throw error(path() + " is damaged: its header promises " + std::to_string(h.count) + " elements of " +
                  std::to_string(item_bytes()) + " bytes, but " + std::to_string(available - h.header_bytes) +
                  " bytes follow");
    return h.header_bytes;
  }
  char kind_;
};

class descriptor_source final : public byte_source {
 public:
  descriptor_source(int fd, std::size_t item_bytes, std::string name)
      : byte_source(std::move(name), item_bytes), fd_(fd) {}
  std::string name() const override { return path(); }
  void open(std::stop_token stop) override { use_endless(fd_, std::move(stop)); }

 private:
  int fd_;
};

} // namespace

std::unique_ptr<stream_source> make_file_source(std::string path, std::size_t item_bytes,
                                                file_access access) {
  return std::make_unique<file_source>(std::move(path), item_bytes, resolve_access(access));
}
std::unique_ptr<stream_source> make_npy_source(std::string path, std::size_t item_bytes, char kind) {
  return std::make_unique<npy_source>(std::move(path), item_bytes, kind);
}
std::unique_ptr<stream_source> make_descriptor_source(int fd, std::size_t item_bytes, std::string name) {
  return std::make_unique<descriptor_source>(fd, item_bytes, std::move(name));
}

} // namespace tandem::detail
