#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace tandem_test {

/// Whether this process has mapped a file of such a name.
inline bool is_loaded(char const* library) {
  std::ifstream maps{"/proc/self/maps"};
  std::string const text{std::istreambuf_iterator<char>{maps}, {}};
  return text.find(library) != std::string::npos;
}

} // namespace tandem_test
