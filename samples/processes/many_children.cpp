// Many children with their results and exit codes: each counts the primes of a range in a process of its own
// and writes the number to its pipe. One is given an impossible range and says so by its exit code. Results
// are read as they come.
#include <array>
#include <cstdint>
#include <iostream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct job {
  std::uint32_t first, last;
  pid_t child = -1;
  int pipe = -1;
  std::uint32_t primes = 0;
  int exit_code = -1;
};

bool is_prime(std::uint32_t n) {
  for (std::uint32_t d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return false;
  return n > 1;
}

int count_primes(job const& j, int to) {
  if (j.first > j.last)
    return 3;
  std::uint32_t count = 0;
  for (std::uint32_t n = j.first; n < j.last; ++n)
    count += is_prime(n);
  return ::write(to, &count, sizeof count) == sizeof count ? 0 : 4;
}

void start(job& j) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  j.child = ::fork();
  if (j.child < 0)
    throw std::system_error(errno, std::generic_category(), "fork");
  if (j.child == 0)
    ::_exit(count_primes(j, ends[1])); // no destructors, no buffers of the parent written twice
  ::close(ends[1]);
  j.pipe = ends[0];
}

// Waits for all pipes at once; a pipe that ends without a number belongs to a child that failed.
void collect(std::vector<job>& jobs) {
  std::vector<pollfd> waiting;
  for (auto const& j : jobs)
    waiting.push_back({j.pipe, POLLIN, 0});
  for (std::size_t left = jobs.size(); left > 0;) {
    ::poll(waiting.data(), waiting.size(), -1);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0)
        continue;
      [[maybe_unused]] auto const n = ::read(jobs[i].pipe, &jobs[i].primes, sizeof jobs[i].primes);
      int status = 0;
      ::waitpid(jobs[i].child, &status, 0);
      jobs[i].exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      ::close(jobs[i].pipe);
      waiting[i].fd = -1;
      --left;
    }
  }
}

} // namespace

int main() {
  std::vector<job> jobs;
  for (std::uint32_t i = 0; i < 8; ++i)
    jobs.push_back({i * 50'000, (i + 1) * 50'000});
  jobs.push_back({10, 5});
  for (auto& j : jobs)
    start(j);
  collect(jobs);
  std::uint32_t total = 0;
  for (auto const& j : jobs) {
    std::cout << j.first << " to " << j.last << ": ";
    if (j.exit_code == 0)
      std::cout << j.primes << " primes\n";
    else
      std::cout << "exit code " << j.exit_code << '\n';
    total += j.primes;
  }
  std::cout << total << " primes below 400000\n"; // 33860
}
