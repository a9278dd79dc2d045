// A folder of the program's own among the temporary ones, so that two runs at once do not meet; gone at the end, with what is in it.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace samples {

class temporary_folder {
 public:
  explicit temporary_folder(std::string const& name)
      : path_((std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string()) {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), path_);
  }
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// The whole name of a file in it.
  std::string file(std::string const& name) const { return path_ + '/' + name; }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

} // namespace samples
