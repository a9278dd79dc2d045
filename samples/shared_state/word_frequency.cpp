// A concurrent hash map with updates of one key at a time, counting the words of real texts; the same with a map of its own for each
// thread, joined at the end, which is the better way when every key is written often.
//
//     word_frequency [file…]      default: the licences that Debian's base system carries
#include <tandem/for_each.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tbb/concurrent_hash_map.h>
#include <tbb/enumerable_thread_specific.h>

namespace {

constexpr char const* default_folder = "/usr/share/common-licenses";

std::vector<std::string> texts_of(int argc, char** argv) {
  std::vector<std::filesystem::path> files(argv + 1, argv + argc);
  if (files.empty() && std::filesystem::is_directory(default_folder))
    for (auto const& entry : std::filesystem::directory_iterator(default_folder))
      if (entry.is_regular_file() && !entry.is_symlink())
        files.push_back(entry.path());
  std::vector<std::string> texts;
  for (auto const& file : files) {
    std::ifstream in(file);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

template <class Use>
void for_each_word(std::string_view text, Use use) {
  std::string word;
  for (char const c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)))
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!word.empty())
      use(std::exchange(word, {}));
  }
  if (!word.empty())
    use(word);
}

} // namespace

int main(int argc, char** argv) {
  auto const texts = texts_of(argc, argv);
  if (texts.empty()) {
    std::fprintf(stderr, "word_frequency: no texts in %s; name some files\n", default_folder);
    return 1;
  }

  tbb::concurrent_hash_map<std::string, long> shared;
  tandem::parallel_for_each(tandem::on_cpu, texts, [&](std::string const& text) {
    for_each_word(text, [&](std::string const& word) {
      tbb::concurrent_hash_map<std::string, long>::accessor
          entry; // holds this key, and no other, until it goes
      shared.insert(entry, std::pair<std::string const, long>{word, 0});
      ++entry->second;
    });
  });

  tbb::enumerable_thread_specific<std::unordered_map<std::string, long>> own;
  tandem::parallel_for_each(tandem::on_cpu, texts, [&](std::string const& text) {
    auto& mine = own.local();
    for_each_word(text, [&](std::string const& word) { ++mine[word]; });
  });
  std::unordered_map<std::string, long> joined;
  for (auto const& one : own)
    for (auto const& [word, count] : one)
      joined[word] += count;

  std::vector<std::pair<std::string, long>> ranked(shared.begin(), shared.end());
  std::sort(ranked.begin(), ranked.end(), [](auto const& a, auto const& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  long words = 0;
  bool same = ranked.size() == joined.size();
  for (auto const& [word, count] : ranked) {
    words += count;
    same &= joined[word] == count;
  }
  std::printf("%zu texts, %ld words, %zu different ones; the most frequent:\n", texts.size(), words,
              ranked.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(5, ranked.size()); ++i)
    std::printf("  %-10s %6ld\n", ranked[i].first.c_str(), ranked[i].second);
  std::printf("both maps agree: %s\n", same ? "right" : "WRONG");
  return same ? 0 : 1;
}
