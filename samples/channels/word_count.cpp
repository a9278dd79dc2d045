// Many producers, one consumer (mpsc), bounded: readers of text files send the words they find to one thread
// that alone owns the counts, so nothing is locked. The queue holds 64 messages: readers that are faster than
// the counter wait for it. A message is moved all the way, so its words are never copied.
//
//   word_count FILE…
#include <tandem/async/queue.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using words = std::vector<std::string>; // sent in bundles: one message for a line, not one for a word
using counts = std::map<std::string, std::size_t>;

words words_of(std::string const& line) {
  words found;
  std::string word;
  for (char const c : line + ' ') {
    if (std::isalpha(static_cast<unsigned char>(c)))
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!word.empty())
      found.push_back(std::exchange(word, {}));
  }
  return found;
}

/// Calls take(words) for every line.
template <class Take>
void read_file(std::string const& path, Take take) {
  std::ifstream file(path);
  if (!file)
    std::cerr << "cannot open " << path << '\n';
  for (std::string line; std::getline(file, line);)
    take(words_of(line));
}

counts through_a_queue(std::vector<std::string> const& paths) {
  tandem::queue<words> bundles(64);
  counts found; // the consumer's alone
  std::jthread consumer([&] {
    while (auto bundle = bundles.pop()) // until the queue is closed and drained
      for (auto& word : *bundle)
        ++found[std::move(word)];
  });
  {
    std::vector<std::jthread> producers;
    for (auto const& path : paths)
      producers.emplace_back([&] {
        read_file(path, [&](words line) { (void)bundles.push(std::move(line)); }); // waits while it is full
      });
  } // all producers have ended
  bundles.close();
  consumer.join();
  return found;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const paths(argv + 1, argv + argc);
  auto const found = through_a_queue(paths);

  counts one_by_one;
  for (auto const& path : paths)
    read_file(path, [&](words const& line) {
      for (auto const& word : line)
        ++one_by_one[word];
    });

  std::vector<std::pair<std::size_t, std::string>> ranked;
  std::size_t total = 0;
  for (auto const& [word, n] : found) {
    ranked.emplace_back(n, word);
    total += n;
  }
  std::sort(ranked.rbegin(), ranked.rend());
  for (std::size_t i = 0; i < std::min<std::size_t>(ranked.size(), 5); ++i)
    std::cout << ranked[i].second << ' ' << ranked[i].first << '\n';
  std::cout << paths.size() << " files, " << total << " words, " << found.size()
            << " distinct; one thread alone counts the same: " << (found == one_by_one ? "right" : "WRONG")
            << '\n';
  return found == one_by_one ? 0 : 1;
}
