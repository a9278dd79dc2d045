// Blocking and computing off the loop: one control thread answers pings while a file is read (blocking: on a
// small pool of its own) and its checksum is computed over and over (work: on TBB's threads, by on_cpu), until
// the loop has answered a hundred pings. Each resumes on the control thread.
//
//   off_the_loop FILE
#include <tandem/async.hpp>

#include <asio/thread_pool.hpp>

#include <atomic>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace {

std::string read_whole(char const* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Adler-32 (RFC 1950).
std::uint32_t checksum(std::string const& text) {
  std::uint32_t a = 1, b = 0;
  for (unsigned char const c : text) {
    a = (a + c) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

// f() on another executor; the caller resumes where it was. This is what spawn_blocking is elsewhere.
template <class F>
asio::awaitable<std::invoke_result_t<F>> on(asio::any_io_executor elsewhere, F f) {
  auto work = [](F g) -> asio::awaitable<std::invoke_result_t<F>> { co_return g(); };
  co_return co_await asio::co_spawn(elsewhere, work(std::move(f)), asio::use_awaitable);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return std::cerr << "usage: off_the_loop FILE\n", 2;
  asio::io_context control(1);
  asio::thread_pool files(2); // for what blocks; never TBB, whose threads are for computing
  auto const loop_thread = std::this_thread::get_id();
  bool done = false, always_here = true;
  std::atomic<long> pings{0};
  auto const here = [&] { always_here = always_here && std::this_thread::get_id() == loop_thread; };
  auto const job = [&]() -> asio::awaitable<void> {
    auto read = [path = argv[1]] { return read_whole(path); };
    std::string const text = co_await on(files.get_executor(), std::move(read));
    here();
    auto compute = [&] { // ends only if the loop is free meanwhile
      std::uint32_t const sum = checksum(text);
      bool same = true;
      while (pings < 100)
        same = same && checksum(text) == sum;
      return same;
    };
    bool const same = co_await tandem::on_cpu(compute);
    here();
    std::cout << text.size() << " bytes, the same checksum every time: " << (same ? "yes" : "WRONG") << '\n';
    done = true;
  };
  auto const answer_pings = [&]() -> asio::awaitable<void> {
    tandem::queue<int> there(1), back(1);
    while (!done) {
      (void)co_await there.async_push(1);
      (void)co_await there.async_pop();
      ++pings;
    }
    here();
  };
  asio::co_spawn(control, job(), asio::detached);
  asio::co_spawn(control, answer_pings(), asio::detached);
  control.run();
  std::cout << "the loop answered meanwhile: " << (pings >= 100 ? "yes" : "WRONG")
            << "; everything resumed on its own thread: " << (always_here ? "yes" : "WRONG") << '\n';
}
