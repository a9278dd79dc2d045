#include "progress.hpp"

#include <unistd.h>

#include <iostream>

namespace tandem_bench {

progress::progress(std::size_t steps, bool quiet)
    : steps_(steps), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

progress::~progress() {
  if (!quiet_ && terminal_) {
    std::cerr << "\r\x1b[K" << std::flush;
  }
}

void progress::stage(std::string const& name) {
  stage_ = name;
  if (!quiet_ && !terminal_) {
    std::cerr << "[" << done_ << "/" << steps_ << "] " << stage_ << '\n';
  }
}

void progress::step(std::string const& what) {
  ++done_;
  if (!quiet_ && terminal_) {
    std::cerr << "\r\x1b[K[" << done_ << "/" << steps_ << "] " << stage_ << ": " << what << std::flush;
  }
}

} // namespace tandem_bench
