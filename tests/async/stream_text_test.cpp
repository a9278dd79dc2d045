#include "stream_support.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <thread>

#include <sys/stat.h>

using namespace tandem_test;
using tandem::run;

namespace {

std::vector<std::string> all_lines(std::string const& path, std::size_t chunk_bytes) {
  std::vector<std::string> got;
  run(tandem::lines(path) | tandem::collect_into(got), {.chunk_bytes = chunk_bytes});
  return got;
}

} // namespace

TEST_CASE("lines are found whatever the chunk, their ends and the end of the file") {
  scratch dir;
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    expected.push_back(std::string(static_cast<std::size_t>(i % 40), static_cast<char>('a' + i % 26)));
    text += expected.back() + (i % 2 ? "\r\n" : "\n");
  }
  expected.push_back("no end");
  text += expected.back();
  write_text(dir / "t", text);
  for (std::size_t chunk : {64u, 100u, 1000u, 1000000u})
    CHECK(all_lines(dir / "t", chunk) == expected);
  write_text(dir / "empty", "");
  CHECK(all_lines(dir / "empty", 100).empty());
  write_text(dir / "newlines", "\n\n\n");
  CHECK(all_lines(dir / "newlines", 32).size() == 3);
  write_text(dir / "long", std::string(1000, 'x') + "\n");
  CHECK(all_lines(dir / "long", 2000).size() == 1);
  CHECK(failure_of([&] { all_lines(dir / "long", 500); }).find("longer than a chunk of 500 bytes") !=
        std::string::npos);
}

TEST_CASE("views of lines stay valid through stages") {
  scratch dir;
  std::string text;
  std::uint64_t expected = 0;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    text += "value=" + std::to_string(i * i) + "\n";
    expected += i * i;
  }
  write_text(dir / "t", text);
  std::uint64_t sum = 0;
  run(tandem::lines(dir / "t") | tandem::filter([](std::string_view l) {
        return l.starts_with("value=");
      }) | tandem::map([](std::string_view l) {
        std::uint64_t v = 0;
        std::from_chars(l.data() + 6, l.data() + l.size(), v);
        return v;
      }) | tandem::reduce_to(sum, tandem::plus{}),
      {.chunk_bytes = 3000, .lanes = 3});
  CHECK(sum == expected);
}

TEST_CASE("CSV columns are found by name and read as numbers") {
  scratch dir;
  std::string text = "id,\"the, name\",x,y\n";
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(i) + ",\"a \"\"b\"\", c\", " + std::to_string(i) + ".5 ," + std::to_string(-i) +
            "e1\n" + (i % 10 == 0 ? "\r\n" : "");
  write_text(dir / "t.csv", text);
  std::vector<std::array<double, 3>> rows;
  run(tandem::csv_columns<double>(dir / "t.csv", {"y", "id", "x"}) | tandem::collect_into(rows),
      {.chunk_bytes = 512});
  REQUIRE(rows.size() == 1000);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(rows[static_cast<std::size_t>(i)] == std::array<double, 3>{-10.0 * i, double(i), i + 0.5});
  auto const fails = [&](auto... names) {
    return failure_of([&] {
      std::vector<std::array<int, sizeof...(names)>> ints;
      run(tandem::csv_columns<int>(dir / "t.csv", {std::string_view(names)...}) | tandem::collect_into(ints));
    });
  };
  CHECK(fails("z").find("has no column 'z'") != std::string::npos);
  CHECK(fails("id", "x").find("column 'x' is no number in the line: 0,") != std::string::npos);
  CHECK(fails("id") == "no failure");
  write_text(dir / "u.tsv", "1\t2\n3\t4\n5\n");
  auto const short_line = failure_of([&] {
    std::vector<std::array<int, 1>> ints;
    run(tandem::csv_column<int>(dir / "u.tsv", "1", {.separator = '\t', .header = false}) |
        tandem::collect_into(ints));
  });
  CHECK(short_line.find("column '1' is no number in the line: 5") != std::string::npos);
}

TEST_CASE("lines of a FIFO arrive as they are written") {
  scratch dir;
  ::mkfifo((dir / "fifo").c_str(), 0600);
  std::atomic<int> seen{0};
  bool live = true;
  std::jthread writer([&] {
    std::ofstream out(dir / "fifo");
    for (int i = 0; i < 5; ++i) {
      out << "line " << i << std::endl;
      for (int waited = 0; seen <= i && waited < 200000; ++waited)
        std::this_thread::sleep_for(1ms);
      live = live && seen > i; // it came through before the next was written
    }
  });
  run(tandem::lines(dir / "fifo") | tandem::for_each_chunk([&](std::span<std::string_view const> l) {
        seen += static_cast<int>(l.size());
      }));
  writer.join();
  CHECK(seen == 5);
  CHECK(live);
}
