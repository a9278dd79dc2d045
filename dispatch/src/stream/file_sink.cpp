#include "descriptor.hpp"
#include "file_io.hpp"
#include "npy.hpp"

#include <tandem/stream/sinks.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>

namespace tandem::detail {

namespace {

std::string resolved(std::string const& path) {
  char buffer[PATH_MAX];
  return ::realpath(path.c_str(), buffer) ? std::string(buffer) : path;
}

std::string folder_of(std::string const& path) {
  std::size_t const slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_name(std::string const& path) {
  static std::atomic<unsigned> next{0};
  return path + "." + std::to_string(::getpid()) + "." + std::to_string(next++) + ".part";
}

class file_sink : public stream_sink {
 public:
  file_sink(std::string path, std::size_t item_bytes, file_options options)
      : path_(resolved(path)), item_bytes_(item_bytes), options_(options),
        access_(options.append ? file_access::blocking : resolve_access(options.access)) {}
  ~file_sink() override { remove_temporary(); }
  std::string name() const override { return "write " + path_; }

  void open(std::stop_token stop) override {
    struct stat old {};
    bool const exists = ::stat(path_.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode)) {
      wait_.emplace(stop);
      S_ISFIFO(old.st_mode) ? open_fifo(stop) : open_in_place(O_WRONLY);
    } else if (options_.append) {
      open_in_place(O_WRONLY | O_CREAT | O_APPEND);
    } else if (!options_.atomic) {
      open_in_place(O_WRONLY | O_CREAT | O_TRUNC);
    } else {
      open_temporary();
      if (exists)
        ::fchmod(fd_.get(), old.st_mode & 07777);
    }
    if (!wait_ && !options_.append)
      io_ = make_file_io(access_);
    begin();
  }

  void write(packet const& p) override {
    std::size_t const n = p.count() * item_bytes_;
    put(p.items<std::byte const>().data(), n);
    items_ += p.count();
  }

  void close() override {
    finish();
    if (wait_)
      return;
    flush_file(fd_.get(), path_);
    if (temporary_)
      publish();
    fd_.reset();
  }

  void abort() noexcept override {
    fd_.reset();
    remove_temporary();
  }

 protected:
  virtual void begin() {}
  virtual void finish() {}
  void put(std::byte const* data, std::size_t n) {
    if (io_)
      io_->write(fd_.get(), data, n, written_, path_);
    else if (!write_all(fd_.get(), data, n, wait_ ? &*wait_ : nullptr, false, path_))
      return;
    written_ += n;
    // Starts the disk early, so that the fsync at the end has little left to do and few pages are dirty.
    constexpr std::uint64_t step = std::uint64_t{8} << 20;
    if (io_ && written_ - flushing_ >= step) {
      ::sync_file_range(fd_.get(), static_cast<off_t>(flushing_), static_cast<off_t>(written_ - flushing_),
                        SYNC_FILE_RANGE_WRITE);
      flushing_ = written_;
    }
  }
  int fd() const noexcept { return fd_.get(); }
  std::uint64_t items() const noexcept { return items_; }
  std::string const& path() const noexcept { return path_; }
  std::size_t item_bytes() const noexcept { return item_bytes_; }

 private:
  void open_in_place(int flags) { fd_ = open_file(path_, flags); }

  // A reader may never come: this is a wait that can be given up.
  void open_fifo(std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      fd_ = descriptor(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
      if (fd_)
        return;
      if (errno != ENXIO && errno != EINTR)
        throw_errno("opening " + path_);
      wait_->pause(5);
    }
  }

  // Without a name where the file system can, so that even a killed process leaves nothing behind.
  void open_temporary() {
    temporary_ = true;
    fd_ = descriptor(::open(folder_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
    if (fd_)
      return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
      throw_errno("opening a file beside " + path_);
    name_ = temporary_name(path_);
    fd_ = descriptor(::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd_)
      throw_errno("opening " + name_);
  }

  void publish() {
    if (name_.empty()) {
      std::string const linked = temporary_name(path_);
      std::string const self = "/proc/self/fd/" + std::to_string(fd_.get());
      if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, linked.c_str(), AT_SYMLINK_FOLLOW) != 0)
        throw_errno("naming the file that becomes " + path_);
      name_ = linked;
    }
    if (::rename(name_.c_str(), path_.c_str()) != 0)
      throw_errno("renaming a complete file to " + path_);
    name_.clear();
    temporary_ = false;
    descriptor const folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0)
      throw_errno("flushing the folder of " + path_);
  }

  void remove_temporary() noexcept {
    if (!name_.empty())
      ::unlink(name_.c_str());
    name_.clear();
  }

  std::string const path_;
  std::size_t const item_bytes_;
  file_options const options_;
  file_access const access_;
  std::unique_ptr<file_io> io_; // of a regular file that is not appended to
  descriptor fd_;
  bool temporary_ = false;
  std::string name_; // of the temporary file, while it has one
  std::uint64_t items_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t flushing_ = 0;
  std::optional<interruptible_wait> wait_; // for what may never take our bytes
};

class npy_sink final : public file_sink {
 public:
  npy_sink(std::string path, std::size_t item_bytes, char kind)
      : file_sink(std::move(path), item_bytes, {}), type_(npy_type(kind, item_bytes)) {}

 private:
  void begin() override {
    std::string const header = make_npy_header(type_, 0);
    put(reinterpret_cast<std::byte const*>(header.data()), header.size());
  }
  void finish() override {
    std::string const header = make_npy_header(type_, items());
    ssize_t const n = ::pwrite(fd(), header.data(), header.size(), 0);
    if (n != static_cast<ssize_t>(header.size()))
      throw_errno("writing the header of " + path());
  }
  std::string const type_;
};

class socket_sink final : public stream_sink {
 public:
  socket_sink(int fd, std::size_t item_bytes) : fd_(fd), item_bytes_(item_bytes) {}
  std::string name() const override { return "socket"; }
  void open(std::stop_token stop) override { wait_.emplace(std::move(stop)); }
  void write(packet const& p) override {
    write_all(fd_, p.items<std::byte const>().data(), p.count() * item_bytes_, &*wait_, true, "to a socket");
  }

 private:
  int fd_;
  std::size_t item_bytes_;
  std::optional<interruptible_wait> wait_;
};

class fan_out_sink final : public stream_sink {
 public:
  explicit fan_out_sink(std::vector<std::unique_ptr<stream_sink>> sinks) : sinks_(std::move(sinks)) {}
  std::string name() const override {
    std::string all;
    for (auto const& s : sinks_)
      all += (all.empty() ? "" : " + ") + s->name();
    return all;
  }
  void open(std::stop_token stop) override {
    for (auto const& s : sinks_)
      s->open(stop);
  }
  void write(packet const& p) override {
    for (auto const& s : sinks_)
      s->write(p);
  }
  void close() override {
    for (; closed_ < sinks_.size(); ++closed_)
      sinks_[closed_]->close();
  }
  void abort() noexcept override {
    for (std::size_t i = closed_; i < sinks_.size(); ++i)
      sinks_[i]->abort();
  }

 private:
  std::vector<std::unique_ptr<stream_sink>> sinks_;
  std::size_t closed_ = 0;
};

} // namespace

std::unique_ptr<stream_sink> make_file_sink(std::string path, std::size_t item_bytes, file_options options) {
  return std::make_unique<file_sink>(std::move(path), item_bytes, options);
}
std::unique_ptr<stream_sink> make_npy_sink(std::string path, std::size_t item_bytes, char kind) {
  return std::make_unique<npy_sink>(std::move(path), item_bytes, kind);
}
std::unique_ptr<stream_sink> make_socket_sink(int fd, std::size_t item_bytes) {
  return std::make_unique<socket_sink>(fd, item_bytes);
}
std::unique_ptr<stream_sink> make_fan_out(std::vector<std::unique_ptr<stream_sink>> sinks) {
  return std::make_unique<fan_out_sink>(std::move(sinks));
}

} // namespace tandem::detail
