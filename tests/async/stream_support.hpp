#pragma once

#include "support.hpp"

#include <tandem/stream.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace tandem_test {

// A folder of its own, gone at the end.
class scratch {
 public:
  explicit scratch(std::filesystem::path const& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "tandem-stream-XXXXXX").string();
    if (!::mkdtemp(name.data()))
      throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  scratch(scratch const&) = delete;
  scratch& operator=(scratch const&) = delete;
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(std::string const& name) const { return (path_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path path_;
};

template <class T>
void write_bytes(std::string const& path, std::vector<T> const& values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<char const*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

inline void write_text(std::string const& path, std::string const& text) {
  std::ofstream(path, std::ios::binary) << text;
}

template <class T>
std::vector<T> read_bytes(std::string const& path) {
  std::vector<T> values(std::filesystem::file_size(path) / sizeof(T));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

inline std::vector<float> ramp(std::size_t n) {
  std::vector<float> v(n);
  for (std::size_t i = 0; i < n; ++i)
    v[i] = static_cast<float>(i % 100003);
  return v;
}

// What the cause of a failed stream says.
template <class F>
std::string failure_of(F&& f) {
  try {
    f();
  } catch (tandem::stream_error const& e) {
    return e.what();
  }
  return "no failure";
}

} // namespace tandem_test
