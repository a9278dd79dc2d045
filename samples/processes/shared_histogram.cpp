// Shared memory: parent and children map the same pages. The input lies there, so nothing is copied to the
// children, and so does the result: a histogram that they fill with atomic additions. A barrier in the same
// memory starts them together.
#include <array>
#include <atomic>
#include <cstdint>
#include <iostream>
#include <new>
#include <numeric>
#include <system_error>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr std::size_t values = 4'000'000, bins = 16;
constexpr unsigned children = 4;

struct shared {
  pthread_barrier_t start;
  std::array<std::atomic<std::uint64_t>, bins> histogram{};
  std::array<std::uint32_t, values> input{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free,
              "an atomic with a lock inside is not for several processes");

void work(shared& s, unsigned child) {
  ::pthread_barrier_wait(&s.start);
  std::array<std::uint64_t, bins> mine{}; // its own first: one addition a bin, not one a value
  for (std::size_t i = child * (values / children); i < (child + 1) * (values / children); ++i)
    ++mine[s.input[i] >> 28];
  for (std::size_t b = 0; b < bins; ++b)
    s.histogram[b].fetch_add(mine[b], std::memory_order_relaxed);
}

} // namespace

int main() {
  // Anonymous and shared: inherited by fork(). Unrelated programs would use shm_open() and a name.
  void* const pages =
      ::mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "mmap");
  auto& s = *new (pages) shared;
  pthread_barrierattr_t between_processes;
  ::pthread_barrierattr_init(&between_processes);
  ::pthread_barrierattr_setpshared(&between_processes, PTHREAD_PROCESS_SHARED);
  ::pthread_barrier_init(&s.start, &between_processes, children);
  for (std::uint32_t i = 0, x = 1; i < values; ++i)
    s.input[i] = x = x * 1664525u + 1013904223u;

  for (unsigned c = 0; c < children; ++c)
    if (::fork() == 0) {
      work(s, c);
      ::_exit(0);
    }
  bool all_well = true;
  for (unsigned c = 0; c < children; ++c) {
    int status = 0;
    ::wait(&status);
    all_well = all_well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  std::array<std::uint64_t, bins> expected{};
  for (auto const x : s.input)
    ++expected[x >> 28];
  std::uint64_t total = 0;
  bool same = true;
  for (std::size_t b = 0; b < bins; ++b) {
    total += s.histogram[b];
    same = same && s.histogram[b] == expected[b];
  }
  std::cout << children << " processes counted " << total << " values into " << bins << " bins, "
            << (same && all_well ? "as one process does" : "WRONG") << '\n';
  ::munmap(pages, sizeof(shared));
}
