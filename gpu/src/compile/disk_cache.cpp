#include "disk_cache.hpp"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace tandem::gpu::detail {
namespace {

namespace fs = std::filesystem;

constexpr char magic[8] = {'t', 'a', 'n', 'd', 'e', 'm', '0', '1'};
constexpr char suffix[] = ".entry";

/// What precedes key and value in a file. The checksum is over key and value.
struct entry_header {
  char magic_bytes[8];
  std::uint64_t key_bytes;
  std::uint64_t value_bytes;
  std::uint64_t checksum_low;
  std::uint64_t checksum_high;
};

bool read_file(std::string const& path, std::string& contents) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return false;
  contents.assign(std::istreambuf_iterator<char>{file}, {});
  return true;
}

/// A file descriptor that closes itself.
class descriptor {
 public:
  explicit descriptor(int number) noexcept : number_(number) {}
  descriptor(descriptor const&) = delete;
  descriptor& operator=(descriptor const&) = delete;
  ~descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  explicit operator bool() const noexcept { return number_ >= 0; }

  bool write_all(std::string_view bytes) const noexcept {
    while (!bytes.empty()) {
      auto const written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  bool sync() const noexcept { return ::fsync(number_) == 0; }

 private:
  int number_;
};

bool write_whole(std::string const& path, std::string_view bytes) {
  descriptor const file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
  return file && file.write_all(bytes) && file.sync();
}

std::string entry_bytes(std::string_view key, std::string_view value) {
  std::string body{key};
  body += value;
  auto const sum = hash_of(body);
  entry_header header{{}, key.size(), value.size(), sum.low, sum.high};
  std::memcpy(header.magic_bytes, magic, sizeof magic);
  std::string bytes(reinterpret_cast<char const*>(&header), sizeof header);
  return bytes + body;
}

} // namespace

std::string disk_cache::path_of(std::string_view key) const {
  return folder_ + "/" + text_of(hash_of(key)) + suffix;
}

cache_result disk_cache::read(std::string_view key, std::string& value) const {
  std::string contents;
  if (folder_.empty() || !read_file(path_of(key), contents))
    return cache_result::absent;
  entry_header header;
  if (contents.size() < sizeof header)
    return cache_result::damaged;
  std::memcpy(&header, contents.data(), sizeof header);
  std::string_view const body = std::string_view{contents}.substr(sizeof header);
  if (std::memcmp(header.magic_bytes, magic, sizeof magic) != 0 || header.key_bytes > body.size() ||
      header.value_bytes != body.size() - header.key_bytes ||
      hash_of(body) != content_hash{header.checksum_low, header.checksum_high})
    return cache_result::damaged;
  if (body.substr(0, header.key_bytes) != key)
    return cache_result::absent; // another key with the same hash
  value = body.substr(header.key_bytes);
  return cache_result::hit;
}

bool disk_cache::write(std::string_view key, std::string_view value) const noexcept {
  static std::atomic<unsigned> serial{0};
  if (folder_.empty())
    return false;
  try {
    fs::create_directories(folder_);
    auto const target = path_of(key);
    auto const temporary =
        target + "." + std::to_string(::getpid()) + "." + std::to_string(serial++) + ".tmp";
    if (write_whole(temporary, entry_bytes(key, value)) &&
        std::rename(temporary.c_str(), target.c_str()) == 0)
      return true;
    ::unlink(temporary.c_str());
  } catch (std::exception const&) { // no folder, no room: the next process compiles again
  }
  return false;
}

void disk_cache::remove(std::string_view key) const noexcept {
  if (!folder_.empty())
    ::unlink(path_of(key).c_str());
}

bool disk_cache::empty() const noexcept {
  std::error_code failure;
  for (fs::directory_iterator at{folder_, failure}, end; !failure && at != end; at.increment(failure))
    if (at->path().extension() == suffix)
      return false;
  return true;
}

} // namespace tandem::gpu::detail
