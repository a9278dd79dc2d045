// Pipes to and from a child: the words of a file go to `sort -u`, what comes back is counted. Writing and
// reading happen at the same time: a parent that wrote everything first would wait for a child that waits for
// its output to be read.
//
//   sort_through_pipes FILE
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

struct child {
  pid_t id = -1;
  int to = -1;   // its standard input
  int from = -1; // its standard output
};

child start(std::array<char const*, 3> arguments) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  child c{-1, in[1], out[0]};
  std::array<char*, 4> argv{};
  for (std::size_t i = 0; i < arguments.size(); ++i)
    argv[i] = const_cast<char*>(arguments[i]);
  int const failed = ::posix_spawnp(&c.id, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  if (failed != 0)
    throw std::system_error(failed, std::generic_category(), arguments[0]);
  return c;
}

void write_all(int to, std::string const& text) {
  for (std::size_t at = 0; at < text.size();) {
    ssize_t const n = ::write(to, text.data() + at, text.size() - at);
    if (n < 0)
      throw std::system_error(errno, std::generic_category(), "write");
    at += static_cast<std::size_t>(n);
  }
}

std::size_t send_words(char const* path, int to) {
  std::ifstream file(path);
  std::size_t words = 0;
  std::string batch;
  for (std::string word; file >> word; ++words) {
    batch += word + '\n';
    if (batch.size() > 4000) {
      write_all(to, batch);
      batch.clear();
    }
  }
  write_all(to, batch);
  ::close(to); // the child sees the end
  return words;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return std::cerr << "usage: sort_through_pipes FILE\n", 2;
  ::setenv("LC_ALL", "C", 1);
  child const sort = start({"sort", "-u", nullptr});
  std::size_t words = 0;
  std::jthread writer([&] { words = send_words(argv[1], sort.to); });
  std::string sorted;
  std::array<char, 4096> piece;
  for (ssize_t n; (n = ::read(sort.from, piece.data(), piece.size())) > 0;)
    sorted.append(piece.data(), static_cast<std::size_t>(n));
  writer.join();
  int status = 0;
  ::waitpid(sort.id, &status, 0);

  std::size_t different = 0;
  bool ascending = true;
  std::string last;
  for (std::size_t at = 0; at < sorted.size(); ++different) {
    auto const end = sorted.find('\n', at);
    std::string const word = sorted.substr(at, end - at);
    ascending = ascending && (last.empty() || last < word);
    last = word;
    at = end + 1;
  }
  std::cout << words << " words, " << different << " distinct, " << (ascending ? "in order" : "WRONG")
            << "; sort ended with status " << WEXITSTATUS(status) << '\n';
}
