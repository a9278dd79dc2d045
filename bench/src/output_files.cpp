#include "output_files.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace tandem_bench {

void write_file(std::filesystem::path const& where, std::string const& text) {
  std::error_code ignored;
  if (where.has_parent_path()) {
    std::filesystem::create_directories(where.parent_path(), ignored);
  }
  std::ofstream out(where, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw std::runtime_error("cannot write " + where.string());
  }
}

std::string render_png(std::filesystem::path const& svg, double zoom) {
  std::filesystem::path const png = std::filesystem::path(svg).replace_extension(".png");
  std::vector<std::string> words{"rsvg-convert", "--zoom",     std::to_string(zoom),
                                 "-o",           png.string(), svg.string()};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  pid_t child = 0;
  int const failure = posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
  if (failure != 0) {
    return "no PNG: rsvg-convert (Debian: librsvg2-bin): " + std::string(std::strerror(failure));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0
             ? ""
             : "no PNG: rsvg-convert could not render " + svg.string();
}

} // namespace tandem_bench
