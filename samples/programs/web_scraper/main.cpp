// A web scraper that behaves: it follows links to a given depth, obeys each host's robots.txt and asks it no more often than agreed, tries
// again when a server is busy, never fetches a page twice, and puts what it finds into a SQLite database. Here it meets two small sites
// on the loopback interface that this program serves itself.
//
//     web_scraper [database]      default: a temporary one, gone at the end
#include "scraper.hpp"
#include "site.hpp"

#include "../../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <cstdio>
#include <future>
#include <iostream>
#include <optional>
#include <utility>

namespace {

using samples::page;
using samples::scraper;

/// Until the queue is closed; returns how many rows there are then.
std::uint64_t store(tandem::queue<page>& found, std::string const& database) try {
  auto const report = tandem::run(
      tandem::from(found) |
      tandem::write_sqlite(
          database, "pages", tandem::sqlite_options{.replace = true}, tandem::column("port", &page::port),
          tandem::column("path", [](page const& p) { return std::string(p.path.data()); }),
          tandem::column("depth", &page::depth), tandem::column("status", &page::status),
          tandem::column("bytes", &page::bytes), tandem::column("attempts", &page::attempts)));
  return report.items_out;
} catch (...) {
  found.close(); // nobody will take the rest
  throw;
}

} // namespace

int main(int argc, char** argv) try {
  std::optional<samples::temporary_folder> own;
  std::string const database = argc > 1 ? argv[1] : own.emplace("web_scraper").file("pages.sqlite");

  asio::io_context io(1);
  samples::site one(io), other(io);
  one.link_to(other);
  other.link_to(one);

  tandem::queue<page> found(16);
  auto stored =
      std::async(std::launch::async, store, std::ref(found), database); // must not hold up the network
  scraper crawler(4, found);
  std::exception_ptr failed;
  asio::co_spawn(io, crawler.crawl({one.port(), "/0"}), [&](std::exception_ptr error) {
    failed = std::move(error);
    found.close();
    one.close();
    other.close();
  });
  io.run();
  auto const rows = stored.get();
  if (failed)
    std::rethrow_exception(failed);

  bool const patient = one.kept_to(scraper::requests_per_second, scraper::burst) &&
                       other.kept_to(scraper::requests_per_second, scraper::burst);
  std::printf(
      "%llu pages of two hosts in %ld requests, %ld of them forbidden ones; no faster than agreed: %s\n",
      static_cast<unsigned long long>(rows), one.requests() + other.requests(),
      one.intrusions() + other.intrusions(), patient ? "yes" : "WRONG");
  return patient && one.intrusions() + other.intrusions() == 0 ? 0 : 1;
} catch (std::exception const& error) {
  std::cerr << "web_scraper: " << error.what() << '\n';
  return 1;
}
