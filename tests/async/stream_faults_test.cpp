// What files, pipes and signals may do to a stream: each fault with both ways of file access, where this
// machine has them.
#include "stream_support.hpp"

#include <tandem/async.hpp>

#include <catch2/catch.hpp>

#include "child.hpp"
#include "stream/file_io.hpp"
#include "support/skip.hpp"

#include <csignal>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

using namespace tandem_test;
using tandem::file_access;
using tandem::run;

namespace {

std::vector<file_access> accesses() {
  if (tandem::detail::why_no_io_uring().empty())
    return {file_access::as_set, file_access::blocking, file_access::io_uring};
  return {file_access::as_set, file_access::blocking};
}

auto const index_of = [](std::uint64_t i) { return i; };

// So that reading has to wait for the disk, if the file is on one.
void drop_from_cache(std::string const& path) {
  int const fd = ::open(path.c_str(), O_RDONLY);
  REQUIRE(fd >= 0);
  ::fsync(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  ::close(fd);
}

// SIGALRM every so often, without SA_RESTART: blocking calls of whichever thread it hits end with EINTR.
class storm_of_signals {
 public:
  storm_of_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { ++seen; };
    ::sigaction(SIGALRM, &action, &before_);
    itimerval const often{{0, 300}, {0, 300}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~storm_of_signals() {
    itimerval const never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  static inline std::atomic<long> seen{0};

 private:
  struct sigaction before_ {};
};

} // namespace

TEST_CASE("io_uring is used where it works, and asked for in vain it says why") {
  auto const& why = tandem::detail::why_no_io_uring();
  using tandem::detail::resolve_access;
  CHECK(resolve_access(file_access::blocking) == file_access::blocking);
  ::setenv("TANDEM_FILE_IO", "blocking", 1);
  CHECK(resolve_access(file_access::as_set) == file_access::blocking);
  ::setenv("TANDEM_FILE_IO", "fast", 1);
  CHECK_THROWS_WITH(resolve_access(file_access::as_set),
                    "TANDEM_FILE_IO is 'fast'; valid values: auto, blocking, io_uring");
  CHECK_THROWS_AS(tandem::read_file<float>("x"), std::invalid_argument);
  ::setenv("TANDEM_FILE_IO", "io_uring", 1);
  if (why.empty())
    CHECK(resolve_access(file_access::as_set) == file_access::io_uring);
  else
    CHECK_THROWS_AS(resolve_access(file_access::as_set), tandem::error);
  ::unsetenv("TANDEM_FILE_IO");
  if (!why.empty())
    TANDEM_SKIP("io_uring: " + why);
}

TEST_CASE("every access gives the same bytes, whatever the chunk and the size of the file") {
  scratch dir;
  for (auto const access : accesses())
    for (std::size_t n : {0u, 1u, 1023u, 262144u, 1300001u})
      for (std::size_t chunk : {std::size_t{4096}, std::size_t{1} << 20, std::size_t{3} << 20}) {
        CAPTURE(static_cast<int>(access), n, chunk);
        auto const values = ramp(n);
        write_bytes(dir / "in", values);
        run(tandem::read_file<float>(dir / "in", access) |
                tandem::write_file(dir / "out", {.access = access}),
            {.chunk_bytes = chunk});
        REQUIRE(read_bytes<float>(dir / "out") == values);
      }
}

TEST_CASE("what the page cache has and what it lacks is put together, in memory and on a disk") {
  for (auto const& folder : {std::filesystem::path("/dev/shm"), std::filesystem::temp_directory_path(),
                             std::filesystem::current_path()}) {
    if (!std::filesystem::exists(folder))
      continue;
    scratch dir(folder);
    auto const values = ramp(3000001);
    for (auto const access : accesses())
      for (std::size_t const cached : {std::size_t{0}, std::size_t{100000}, values.size()}) {
        CAPTURE(folder, static_cast<int>(access), cached);
        write_bytes(dir / "in", values);
        drop_from_cache(dir / "in");
        {
          std::vector<float> some(cached);
          std::ifstream file(dir / "in", std::ios::binary);
          file.seekg(1 << 20);
          file.read(reinterpret_cast<char*>(some.data()), static_cast<std::streamsize>(cached * 4));
        }
        run(tandem::read_file<float>(dir / "in", access) |
            tandem::write_file(dir / "out", {.access = access}));
        REQUIRE(read_bytes<float>(dir / "out") == values);
      }
  }
}

TEST_CASE("a file that shrinks while it is read is an error, with every access") {
  scratch dir;
  for (auto const access : accesses()) {
    write_bytes(dir / "in", ramp(1 << 20));
    bool first = true;
    auto const why = failure_of([&] {
      run(tandem::read_file<float>(dir / "in", access) | tandem::for_each_chunk([&](std::span<float const>) {
            if (std::exchange(first, false))
              std::filesystem::resize_file(dir / "in", 1 << 19);
          }),
          {.chunk_bytes = 1 << 18, .credits = 3});
    });
    CHECK(why.find("shrank while it was being read") != std::string::npos);
  }
}

TEST_CASE("a small file system fills up: an error that says so, and the old file stays") {
  scratch dir;
  std::filesystem::create_directory(dir / "small");
  int const code = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", (dir / "small").c_str(), "tmpfs", 0, "size=1m") != 0)
      ::_exit(77);
    for (auto const access : accesses()) {
      write_text(dir / "small/out", "old");
      auto const why = failure_of([&] {
        run(tandem::generate(1 << 20, index_of) | tandem::write_file(dir / "small/out", {.access = access}));
      });
      bool const left = read_bytes<char>(dir / "small/out").size() == 3 &&
                        std::distance(std::filesystem::directory_iterator(dir / "small"),
                                      std::filesystem::directory_iterator()) == 1;
      if (why.find("No space left") == std::string::npos || !left)
        throw 1;
    }
  });
  if (code == 77)
    TANDEM_SKIP("this process may not mount a file system of its own");
  CHECK(code == 0);
}

TEST_CASE("a limit on the size of files is an error that says so, and leaves nothing behind") {
  scratch dir;
  for (auto const access : accesses()) {
    write_text(dir / "out", "old");
    int const code = in_child([&] {
      ::signal(SIGXFSZ, SIG_IGN);
      rlimit const small{100000, 100000};
      ::setrlimit(RLIMIT_FSIZE, &small);
      auto const why = failure_of([&] {
        run(tandem::generate(100000, index_of) | tandem::write_file(dir / "out", {.access = access}));
      });
      if (why.find("File too large") == std::string::npos)
        throw 1;
    });
    CAPTURE(static_cast<int>(access));
    CHECK(code == 0);
    CHECK(read_bytes<char>(dir / "out").size() == 3);
    CHECK(dir.files() == 1);
  }
}

TEST_CASE("signals in a storm interrupt reads and writes, and nothing is lost") {
  scratch dir;
  auto const values = ramp(3000000);
  write_bytes(dir / "in", values);
  ::mkfifo((dir / "fifo").c_str(), 0600);
  storm_of_signals const storm;
  for (auto const access : accesses()) {
    run(tandem::read_file<float>(dir / "in", access) | tandem::write_file(dir / "out", {.access = access}),
        {.chunk_bytes = 1 << 16});
    CHECK(read_bytes<float>(dir / "out") == values);
  }
  std::jthread const writer(
      [&] { run(tandem::read_file<float>(dir / "in") | tandem::write_file(dir / "fifo")); });
  std::vector<float> got;
  run(tandem::read_file<float>(dir / "fifo") | tandem::collect_into(got));
  CHECK(got == values);
  CHECK(storm_of_signals::seen > 0);
}

TEST_CASE("a FIFO whose other end never comes can be given up, for reading and for writing") {
  scratch dir;
  ::mkfifo((dir / "fifo").c_str(), 0600);
  auto const given_up = [&](auto&& pipeline) {
    std::stop_source stop;
    std::jthread const stopper([&] {
      std::this_thread::sleep_for(10ms);
      stop.request_stop();
    });
    CHECK_THROWS_AS(run(std::move(pipeline), {.stop = stop.get_token()}), tandem::stream_cancelled);
  };
  given_up(tandem::read_file<int>(dir / "fifo") | tandem::for_each_chunk([](std::span<int const>) {}));
  given_up(tandem::lines(dir / "fifo") | tandem::for_each_chunk([](std::span<std::string_view const>) {}));
  given_up(tandem::generate(10, index_of) | tandem::write_file(dir / "fifo"));
}

TEST_CASE("short reads of any length are put together") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  auto const values = ramp(20000);
  std::jthread const feeder([&] {
    std::minstd_rand random(3);
    auto const* bytes = reinterpret_cast<char const*>(values.data());
    for (std::size_t at = 0; at < values.size() * 4;) {
      auto const n = std::min<std::size_t>(1 + random() % 13, values.size() * 4 - at);
      at += static_cast<std::size_t>(::write(ends[1], bytes + at, n));
    }
    ::close(ends[1]);
  });
  std::vector<float> got;
  run(tandem::stream<float>(tandem::detail::make_descriptor_source(ends[0], 4, "a socket")) |
      tandem::collect_into(got));
  ::close(ends[0]);
  CHECK(got == values);
}

TEST_CASE("/dev/stdin is read whether it is a file or a pipe") {
  scratch dir;
  auto const values = ramp(50000);
  write_bytes(dir / "in", values);
  auto const sum_of_stdin = [&](int fd, int not_mine) {
    return in_child([&] {
      ::close(not_mine); // the child's copy of the writing end would keep the pipe open
      ::dup2(fd, 0);
      ::close(fd);
      std::vector<float> got;
      run(tandem::read_file<float>("/dev/stdin") | tandem::collect_into(got));
      if (got != values)
        throw 1;
    });
  };
  int const file = ::open((dir / "in").c_str(), O_RDONLY);
  CHECK(sum_of_stdin(file, -1) == 0);
  ::close(file);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  pid_t const feeder = ::fork(); // no thread: the reader is forked while this writes
  REQUIRE(feeder >= 0);
  if (feeder == 0) {
    auto const* bytes = reinterpret_cast<char const*>(values.data());
    std::size_t const size = values.size() * sizeof(float);
    for (std::size_t at = 0; at < size;)
      at += static_cast<std::size_t>(::write(ends[1], bytes + at, std::min<std::size_t>(1000, size - at)));
    ::_exit(0);
  }
  ::close(ends[1]);
  CHECK(sum_of_stdin(ends[0], -1) == 0);
  CHECK(::waitpid(feeder, nullptr, 0) == feeder);
  ::close(ends[0]);
}

TEST_CASE("killed at random moments: the name holds the old file or the new one, the database is intact") {
  scratch dir;
  constexpr std::uint64_t count = 60000;
  auto const work = [&](file_access access) {
    run(tandem::generate(count, index_of) |
            tandem::fan_out(
                tandem::write_file(dir / "out", {.access = access}),
                tandem::write_sqlite(dir / "db", "t", tandem::sqlite_options{.rows_per_transaction = 5000})),
        {.chunk_bytes = 40000});
  };
  write_text(dir / "out", "12345678");
  CHECK(in_child([&] { work(file_access::blocking); }) ==
        0); // the database is there, and it is known how long this takes
  std::minstd_rand random(11);
  int killed = 0;
  for (int round = 0; round < 12; ++round) {
    auto const access = accesses()[static_cast<std::size_t>(round) % accesses().size()];
    killed += in_child([&] { work(access); }, static_cast<int>(random() % 60000)) == -SIGKILL;
    auto const values = read_bytes<std::uint64_t>(dir / "out");
    REQUIRE(values.size() == count);
    REQUIRE(values.back() == count - 1);
    REQUIRE(query(dir / "db", "pragma integrity_check") == "ok;");
    REQUIRE(query(dir / "db", "select count(*) % 5000 from t") == "0;"); // whole transactions only
  }
  CHECK(killed > 0);
}

TEST_CASE(
    "Ctrl-C leaves nothing half-written: not under the final name, not beside it, not in the database") {
  scratch dir;
  write_text(dir / "out", "12345678");
  int const code = in_child([&] {
    asio::io_context signals(1);
    tandem::graceful_shutdown shutdown(signals.get_executor(), {SIGINT});
    std::jthread const listener([&] { signals.run(); });
    bool pressed = false;
    bool cancelled = false;
    try {
      run(tandem::generate(std::uint64_t{1} << 40, index_of) |
              tandem::fan_out(tandem::write_file(dir / "out"), tandem::write_sqlite(dir / "db", "t"),
                              tandem::for_each_chunk([&](auto) {
                                if (!std::exchange(pressed, true))
                                  ::kill(::getpid(), SIGINT);
                              })),
          {.chunk_bytes = 40000, .stop = shutdown.token()});
    } catch (tandem::stream_cancelled const& e) {
      cancelled = e.report().credits_returned == e.report().credits;
    }
    signals.stop();
    if (!cancelled || shutdown.signal() != SIGINT)
      throw 1;
  });
  CHECK(code == 0);
  CHECK(read_bytes<char>(dir / "out") == std::vector<char>({'1', '2', '3', '4', '5', '6', '7', '8'}));
  CHECK(query(dir / "db", "pragma integrity_check") == "ok;");
  CHECK(query(dir / "db", "select count(*) from sqlite_master") == "0;"); // one transaction, rolled back
  for (auto const& entry : std::filesystem::directory_iterator(dir / ""))
    CHECK(entry.path().string().find(".part") == std::string::npos);
}

TEST_CASE("a stream cancelled at any chunk and any stage gives back every buffer") {
  auto const at_chunk = [](std::stop_source& stop, std::uint64_t item) {
    return [&stop, item](std::uint64_t x) {
      if (x == item)
        stop.request_stop();
      return x;
    };
  };
  scratch dir;
  int cancelled = 0, rounds = 0;
  for (int where = 0; where < 6; ++where)
    for (std::uint64_t chunk = 0; chunk < 24; ++chunk) {
      std::stop_source stop;
      auto const here = at_chunk(stop, chunk * 8);
      auto const in = [&, where](int place) {
        return [&here, mine = where == place](std::uint64_t x) { return mine ? here(x) : x; };
      };
      ++rounds;
      try {
        run(tandem::generate(24 * 8, in(0)) | tandem::map(in(1)) |
                tandem::filter([f = in(2)](std::uint64_t x) { return f(x) < 1000; }) |
                tandem::scan([f = in(3)](std::uint64_t a, std::uint64_t b) { return f(b) > a ? b : a; }) |
                tandem::batch(16) | tandem::stage<std::uint64_t>([f = in(4)](auto from, auto to) {
                  std::transform(from.begin(), from.end(), to.begin(), f);
                  return from.size();
                }) |
                tandem::fan_out(tandem::for_each_chunk([f = in(5)](auto items) {
                                  for (auto x : items)
                                    f(x);
                                }),
                                tandem::write_file(dir / "out")),
            {.chunk_bytes = 64, .stop = stop.get_token()});
      } catch (tandem::stream_cancelled const& e) {
        ++cancelled;
        REQUIRE(e.report().credits_returned == e.report().credits);
      }
      REQUIRE(tandem::detail::staging_buffer::alive() == 0);
    }
  CHECK(cancelled > rounds / 2); // not those that were past their end
  CHECK(dir.files() <= 1);
}
