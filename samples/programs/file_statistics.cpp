// Words, lines and characters of every text file under a folder, as wc counts them: the files are found by one thread, read and counted
// by all, and the report is in the files' order.
//
//     file_statistics [folder]      default: the licences that Debian's base system carries
#include <tandem/functional.hpp>
#include <tandem/map.hpp>
#include <tandem/reduce.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct statistics {
  std::size_t files = 0, lines = 0, words = 0, characters = 0, unreadable = 0;

  friend statistics operator+(statistics a, statistics const& b) {
    a.files += b.files;
    a.lines += b.lines;
    a.words += b.words;
    a.characters += b.characters;
    a.unreadable += b.unreadable;
    return a;
  }
};

std::vector<fs::path> files_under(fs::path const& folder) {
  std::vector<fs::path> found;
  for (auto const& entry :
       fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied))
    if (entry.is_regular_file() && !entry.is_symlink())
      found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

statistics count(std::string const& text) {
  statistics found{.files = 1, .characters = text.size()};
  bool in_word = false;
  for (char const c : text) {
    bool const space = std::isspace(static_cast<unsigned char>(c)) != 0;
    found.words += !space && !in_word ? 1 : 0;
    found.lines += c == '\n' ? 1 : 0;
    in_word = !space;
  }
  return found;
}

statistics count_file(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return {.unreadable = 1};
  return count(std::string(std::istreambuf_iterator<char>(in), {}));
}

void print_row(statistics const& one, std::string const& name) {
  std::printf("%8zu %8zu %10zu  %s\n", one.lines, one.words, one.characters, name.c_str());
}

} // namespace

int main(int argc, char** argv) {
  fs::path const folder = argc > 1 ? argv[1] : "/usr/share/common-licenses";
  std::error_code missing;
  if (!fs::is_directory(folder, missing)) {
    std::fprintf(stderr, "file_statistics: %s is no folder\n", folder.c_str());
    return 1;
  }
  auto const files = files_under(folder);
  auto const each = tandem::parallel_map(tandem::on_cpu, files, count_file);
  auto const all = tandem::parallel_reduce(tandem::on_cpu, each, statistics{}, tandem::plus{});

  std::printf("%8s %8s %10s\n", "lines", "words", "characters");
  for (std::size_t i = 0; i < files.size(); ++i)
    print_row(each[i], fs::relative(files[i], folder).string());
  print_row(all, "total of " + std::to_string(all.files) + " files");
  if (all.unreadable != 0)
    std::printf("%zu files could not be read\n", all.unreadable);
  return 0;
}
