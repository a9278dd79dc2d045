// Concurrent file I/O: the checksums of many files, several streams at once on one control thread, at most
// four files open at a time. Each stream reads on a thread of its own and hands its chunks on; nothing of a
// file larger than a chunk is kept.
//
//   checksums FILE…    (checked against the same sums of each file read in one piece)
#include <tandem/stream.hpp>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace {

struct sum {
  std::uint64_t bytes = 0;
  std::uint64_t fnv = 14695981039346656037u; // FNV-1a, by Fowler, Noll and Vo

  void add(std::span<unsigned char const> data) {
    bytes += data.size();
    for (auto const byte : data)
      fnv = (fnv ^ byte) * 1099511628211u;
  }
  bool operator==(sum const&) const = default;
};

sum of_whole(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<unsigned char> const data{std::istreambuf_iterator<char>(file), {}};
  sum total;
  total.add(data);
  return total;
}

asio::awaitable<void> add_up(std::string path, tandem::async_semaphore& free, sum& to) {
  auto const permit = co_await free.async_acquire();
  auto pipeline = tandem::read_file<unsigned char>(path) |
                  tandem::for_each_chunk([&to](std::span<unsigned char const> chunk) { to.add(chunk); });
  co_await tandem::async_run(std::move(pipeline), {.chunk_bytes = 64 << 10});
}

} // namespace

int main(int argc, char** argv) try {
  std::vector<std::string> const paths(argv + 1, argv + argc);
  std::vector<sum> sums(paths.size());
  asio::io_context io(1);
  std::exception_ptr failure;
  auto const all = [&]() -> asio::awaitable<void> {
    tandem::async_semaphore free(4);
    tandem::task_scope files(co_await asio::this_coro::executor);
    for (std::size_t i = 0; i < paths.size(); ++i)
      files.spawn(add_up(paths[i], free, sums[i]));
    co_await files.async_join(); // the first file that cannot be read ends the others, and is thrown here
  };
  asio::co_spawn(io, all(), [&](std::exception_ptr error) { failure = error; });
  io.run();
  if (failure)
    std::rethrow_exception(failure);

  bool right = true;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::printf("%016llx %10llu %s\n", static_cast<unsigned long long>(sums[i].fnv),
                static_cast<unsigned long long>(sums[i].bytes), paths[i].c_str());
    right = right && sums[i] == of_whole(paths[i]);
  }
  std::printf("%zu files: %s\n", paths.size(), right ? "right" : "WRONG");
  return right ? 0 : 1;
} catch (std::exception const& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
