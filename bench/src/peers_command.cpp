// tandem-bench peers: hands over to tandem-bench-peers, which lies beside this program.
#include "commands.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace tandem_bench {
namespace {

[[noreturn]] void hand_over(std::vector<std::string> const& rest, bool quiet) {
  auto const program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tandem-bench-peers";
  std::vector<std::string> words{"tandem-bench peers"};
  words.insert(words.end(), rest.begin(), rest.end());
  if (quiet) {
    words.emplace_back("--quiet");
  }
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw std::runtime_error(program.string() + ": " + std::strerror(errno) +
                           " (it is the target of the same name; './dev bench peers' builds it)");
}

} // namespace

void add_peers(CLI::App& app, common_options& common) {
  CLI::App* const command = app.add_subcommand(
      "peers",
      "tandem on the CPU beside TBB, std par, Boost, Thrust, Rayon and others (peers --help says more)");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command, &common] { hand_over(command->remaining(), common.quiet); });
}

} // namespace tandem_bench
