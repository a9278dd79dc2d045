#include "stream_support.hpp"

#include <catch2/catch.hpp>

#include "child.hpp"
#include "support/skip.hpp"

#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace tandem_test;
using tandem::run;

TEST_CASE("a file goes through map and filter to a file") {
  scratch dir;
  auto const values = ramp(300000);
  write_bytes(dir / "in.f32", values);
  auto const report =
      run(tandem::read_file<float>(dir / "in.f32") | tandem::map([](auto x) { return x * 0.5f; }) |
          tandem::filter([](float x) { return x >= 100.0f; }) | tandem::write_file(dir / "out.f32"));
  std::vector<float> expected;
  for (float x : values)
    if (x * 0.5f >= 100.0f)
      expected.push_back(x * 0.5f);
  CHECK(read_bytes<float>(dir / "out.f32") == expected);
  CHECK(report.bytes_in == values.size() * 4);
  CHECK(report.bytes_out == expected.size() * 4);
  CHECK(dir.files() == 2);
}

TEST_CASE("an output appears only when it is complete, and keeps its permissions") {
  scratch dir;
  write_text(dir / "out", "old!");
  ::chmod((dir / "out").c_str(), 0640);
  std::filesystem::create_symlink(dir / "out", dir / "link");
  bool checked = false;
  auto const fill = [&](bool fail) {
    run(tandem::generate(100,
                         [&](std::uint64_t i) {
                           if (i == 90) {
                             CHECK(read_bytes<char>(dir / "out") == std::vector<char>{'o', 'l', 'd', '!'});
                             checked = true;
                             if (fail)
                               throw std::runtime_error("late");
                           }
                           return i;
                         }) |
            tandem::write_file(dir / "link"),
        {.chunk_bytes = 80});
  };
  CHECK_THROWS_AS(fill(true), tandem::stream_error);
  CHECK(checked);
  CHECK(read_bytes<char>(dir / "out").size() == 4);
  CHECK(dir.files() == 2);
  fill(false);
  CHECK(read_bytes<std::uint64_t>(dir / "out").size() == 100);
  CHECK(std::filesystem::is_symlink(dir / "link"));
  struct stat info {};
  ::stat((dir / "out").c_str(), &info);
  CHECK((info.st_mode & 0777) == 0640);
  run(tandem::generate(3, [](std::uint64_t i) { return i; }) |
      tandem::write_file(dir / "out", {.append = true}));
  CHECK(read_bytes<std::uint64_t>(dir / "out").size() == 103);
  run(tandem::generate(3, [](std::uint64_t i) { return i; }) |
      tandem::write_file(dir / "out", {.atomic = false}));
  CHECK(read_bytes<std::uint64_t>(dir / "out").size() == 3);
}

TEST_CASE("files that are missing, odd or shrinking are errors that say so") {
  scratch dir;
  auto const read = [&](std::string const& path) {
    return failure_of(
        [&] { run(tandem::read_file<float>(path) | tandem::for_each_chunk([](std::span<float const>) {})); });
  };
  CHECK(read(dir / "missing").find("No such file") != std::string::npos);
  CHECK(read(dir / "").find("Is a directory") != std::string::npos);
  write_text(dir / "odd", "12345");
  CHECK(read(dir / "odd").find("ends within an element: 1 bytes left over of 4") != std::string::npos);
  CHECK(failure_of([&] {
          run(tandem::generate(3, [](std::uint64_t i) { return i; }) |
              tandem::write_file(dir / "no/such/folder"));
        }).find("No such file") != std::string::npos);
  write_bytes(dir / "shrinks", ramp(100000));
  bool first = true;
  auto const shrunk = failure_of([&] {
    run(tandem::read_file<float>(dir / "shrinks") | tandem::for_each_chunk([&](std::span<float const>) {
          if (std::exchange(first, false))
            std::filesystem::resize_file(dir / "shrinks", 60000);
        }),
        {.chunk_bytes = 4000, .credits = 3});
  });
  CHECK(shrunk.find("shrank") != std::string::npos);
}

TEST_CASE("a full disk is an error and leaves the old file") {
  scratch dir;
  write_text(dir / "out", "old");
  // A limit on the size of files stands for the disk that is full.
  int const code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{100000, 100000};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto const why = failure_of([&] {
      run(tandem::generate(100000, [](std::uint64_t i) { return i; }) | tandem::write_file(dir / "out"));
    });
    if (why.find("writing") == std::string::npos)
      throw 1;
  });
  CHECK(code == 0);
  CHECK(read_bytes<char>(dir / "out").size() == 3);
  CHECK(dir.files() == 1);
  std::string const full = failure_of([&] {
    run(tandem::generate(100000, [](std::uint64_t i) { return i; }) | tandem::write_file("/dev/full"));
  });
  CHECK(full.find("No space left") != std::string::npos);
}

TEST_CASE("FIFOs are read and written as they trickle, and a wait for them can be cancelled") {
  scratch dir;
  ::mkfifo((dir / "fifo").c_str(), 0600);
  std::jthread writer([&] {
    run(tandem::generate(50000, [](std::uint64_t i) { return i; }) | tandem::write_file(dir / "fifo"));
  });
  std::vector<std::uint64_t> got;
  run(tandem::read_file<std::uint64_t>(dir / "fifo") | tandem::collect_into(got));
  REQUIRE(got.size() == 50000);
  for (std::size_t i = 0; i < got.size(); ++i)
    REQUIRE(got[i] == i);
  writer.join();

  int const silent = ::open((dir / "fifo").c_str(), O_RDWR);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(5ms);
    stop.request_stop();
  });
  CHECK_THROWS_AS(
      run(tandem::read_file<int>(dir / "fifo") | tandem::for_each_chunk([](std::span<int const>) {}),
          {.stop = stop.get_token()}),
      tandem::stream_cancelled);
  ::close(silent);
}

TEST_CASE("sockets carry streams both ways") {
  asio::io_context io(1);
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  asio::ip::tcp::socket client(io), server(io);
  client.connect(acceptor.local_endpoint());
  acceptor.accept(server);
  std::jthread echo([&] {
    run(tandem::from<float>(server) | tandem::map([](auto x) { return x + 1.0f; }) | tandem::to(server));
    server.shutdown(asio::ip::tcp::socket::shutdown_send);
  });
  std::vector<float> got;
  std::jthread reader([&] { run(tandem::from<float>(client) | tandem::collect_into(got)); });
  run(tandem::generate(200000, [](std::uint64_t i) { return static_cast<float>(i); }) | tandem::to(client));
  client.shutdown(asio::ip::tcp::socket::shutdown_send);
  reader.join();
  REQUIRE(got.size() == 200000);
  for (std::size_t i = 0; i < got.size(); ++i)
    REQUIRE(got[i] == static_cast<float>(i) + 1.0f);
}

TEST_CASE("npy files go in and out, and others are refused by name") {
  scratch dir;
  run(tandem::generate(1000, [](std::uint64_t i) { return static_cast<double>(i) / 7; }) |
          tandem::write_npy(dir / "a.npy"),
      {.chunk_bytes = 100});
  auto const bytes = read_bytes<char>(dir / "a.npy");
  CHECK(bytes.size() == 128 + 8000);
  CHECK(std::string(bytes.begin() + 10, bytes.begin() + 70) ==
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }");
  std::vector<double> got;
  run(tandem::read_npy<double>(dir / "a.npy") | tandem::collect_into(got));
  REQUIRE(got.size() == 1000);
  CHECK(got[999] == 999.0 / 7);
  auto const read = [&](std::string const& name) {
    return failure_of([&] {
      run(tandem::read_npy<float>(dir / name) | tandem::for_each_chunk([](std::span<float const>) {}));
    });
  };
  CHECK(read("a.npy").find("'<f8', not '<f4'") != std::string::npos);
  write_text(dir / "b.npy", "\x93NUM");
  CHECK(read("b.npy").find("not a .npy file") != std::string::npos);
  std::string wide("\x93NUMPY\x02\x00", 8);
  std::string const dictionary = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n";
  wide += {static_cast<char>(dictionary.size()), 0, 0, 0};
  write_text(dir / "c.npy", wide + dictionary + std::string(24, '\0'));
  CHECK(read("c.npy") == "no failure");
  write_text(dir / "d.npy", wide + dictionary + std::string(20, '\0'));
  CHECK(read("d.npy").find("promises 6 elements") != std::string::npos);
}

TEST_CASE("a stream fills a file and a database at once, all or nothing") {
  scratch dir;
  struct point {
    std::int32_t id;
    float x;
  };
  auto const make = [](std::uint64_t i) {
    return point{static_cast<std::int32_t>(i), static_cast<float>(i) / 2};
  };
  auto const table = [&] {
    return tandem::write_sqlite(
        dir / "p.db", "points", tandem::column("id", &point::id), tandem::column("x", &point::x),
        tandem::column("parity", [](point const& p) { return std::string_view(p.id % 2 ? "odd" : "even"); }));
  };
  run(tandem::generate(10000, make) | tandem::fan_out(tandem::write_file(dir / "p.bin"), table()),
      {.chunk_bytes = 1000});
  CHECK(read_bytes<point>(dir / "p.bin").size() == 10000);
  CHECK(query(dir / "p.db",
              "select count(*), sum(id), max(x), sum(parity='odd') from points; pragma integrity_check; "
              "pragma journal_mode") == "10000;49995000;4999.5;5000;ok;wal;");
  CHECK_THROWS_AS(run(tandem::generate(10000,
                                       [&](std::uint64_t i) {
                                         if (i == 9999)
                                           throw 1;
                                         return make(i);
                                       }) |
                          table(),
                      {.chunk_bytes = 1000}),
                  tandem::stream_error);
  CHECK(query(dir / "p.db", "select count(*) from points") == "10000;");
  run(tandem::generate(5, [](std::uint64_t i) { return i; }) |
      tandem::write_sqlite(dir / "p.db", "points", tandem::sqlite_options{.replace = true}));
  CHECK(query(dir / "p.db", "select count(*), sum(value) from points") == "5;10;");
  auto const range = failure_of([&] {
    run(tandem::generate(5, [](std::uint64_t i) { return ~i; }) | tandem::write_sqlite(dir / "p.db", "big"));
  });
  CHECK(range.find("18446744073709551615 does not fit") != std::string::npos);
}

TEST_CASE("a killed process leaves the old file or the new one, and an intact database", "[slow]") {
  scratch dir;
  constexpr std::uint64_t count = 400000;
  auto const work = [&] {
    run(tandem::generate(count, [](std::uint64_t i) { return i; }) |
            tandem::fan_out(
                tandem::write_file(dir / "out"),
                tandem::write_sqlite(dir / "db", "t", tandem::sqlite_options{.rows_per_transaction = 20000})),
        {.chunk_bytes = 80000});
  };
  write_text(dir / "out", "12345678");
  int finished = 0;
  for (int round = 0; round < 40; ++round) {
    finished += in_child(work, round * 10000) == 0;
    auto const size = std::filesystem::file_size(dir / "out");
    CHECK((size == 8 || size == count * 8));
    if (round == 0)
      continue;
    CHECK(query(dir / "db", "pragma integrity_check").substr(0, 3) == "ok;");
  }
  CHECK(in_child(work) == 0);
  auto const values = read_bytes<std::uint64_t>(dir / "out");
  REQUIRE(values.size() == count);
  CHECK(values.back() == count - 1);
  CAPTURE(finished);
}

TEST_CASE("a stream of any length stays within its memory", "[slow]") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  TANDEM_SKIP("a sanitizer's own memory is no part of the promise");
#endif
  scratch dir;
  constexpr std::size_t size = std::size_t{512} << 20;
  {
    std::ofstream file(dir / "in", std::ios::binary);
    std::vector<float> const block = ramp(1 << 18);
    for (std::size_t i = 0; i < size; i += block.size() * 4)
      file.write(reinterpret_cast<char const*>(block.data()), static_cast<std::streamsize>(block.size() * 4));
  }
  int const code = in_child([&] {
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    run(tandem::read_file<float>(dir / "in") | tandem::map([](float x) { return x * 2; }) |
        tandem::filter([](float x) { return x > 1000; }) | tandem::write_file(dir / "out"));
    ::getrusage(RUSAGE_SELF, &after);
    if (after.ru_maxrss - before.ru_maxrss > 64 * 1024)
      throw 1; // KiB, an eighth of the file
  });
  CHECK(code == 0);
}
