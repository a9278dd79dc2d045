// A web scraper that behaves: it follows links to a given depth, obeys robots.txt, asks a host no more often than agreed, tries again when
// a server is busy, never fetches a page twice, and puts what it finds into a SQLite database. Here it meets a small site on the loopback
// interface that this program serves itself.
//
//     web_scraper [database]      default: a temporary one, gone at the end
#include "../support/http.hpp"
#include "../support/temporary.hpp"

#include <tandem/stream.hpp>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace http = samples::http;

namespace {

/// What goes into the database; streams carry plain data.
struct page {
  std::array<char, 64> path{};
  int depth = 0;
  int status = 0;
  std::uint64_t bytes = 0;
  int attempts = 0;
};

/// The site: /0 … /39, each linking to three others; a private part; pages whose server is busy the first two times.
class site {
 public:
  asio::awaitable<http::response> answer(std::string path) {
    ++requests_[path];
    if (path == "/robots.txt")
      co_return http::response{.body = "User-agent: *\nDisallow: /private/\n", .type = "text/plain"};
    if (path.starts_with("/private/"))
      co_return http::response{.body = "<p>nobody should have come here</p>"};
    auto const number = std::atoi(path.c_str() + 1);
    if (number < 0 || number >= 40)
      co_return http::response{.status = 404, .body = "no such page"};
    if (number % 10 == 7 && requests_[path] <= 2)
      co_return http::response{.status = 503, .body = "busy"};
    std::string body = "<h1>page " + std::to_string(number) + "</h1><a href=\"/private/" +
                       std::to_string(number) + "\">no</a>";
    for (int const link : {2 * number + 1, 2 * number + 2, 39 - number})
      body += "<a href=\"/" + std::to_string(link) + "\">on</a>";
    co_return http::response{.body = std::move(body)};
  }
  std::map<std::string, int> const& requests() const { return requests_; }

 private:
  std::map<std::string, int> requests_;
};

std::vector<std::string> links_in(std::string const& body) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = body.find("href=\"", at)) != std::string::npos;) {
    at += 6;
    found.push_back(body.substr(at, body.find('"', at) - at));
  }
  return found;
}

class scraper {
 public:
  scraper(unsigned short port, int most_depth, tandem::queue<page>& found)
      : port_(port), most_depth_(most_depth), found_(found) {}

  asio::awaitable<void> crawl(std::string start) {
    co_await read_robots();
    follow(start);
    for (int depth = 0; depth <= most_depth_ && !next_.empty();
         ++depth) { // level by level, so that a depth is the shortest way
      tandem::task_scope visits(co_await asio::this_coro::executor);
      for (auto& path : std::exchange(next_, {}))
        visits.spawn([this, path = std::move(path), depth] { return visit(path, depth); });
      co_await visits.async_join();
    }
    found_.close();
  }

 private:
  asio::awaitable<void> read_robots() {
    std::string path = "/robots.txt"; // named: g++ 12 mishandles temporaries inside co_await
    auto const robots = co_await http::get(port_, std::move(path));
    for (std::size_t at = 0;
         robots.status == 200 && (at = robots.body.find("Disallow: ", at)) != std::string::npos;) {
      at += 10;
      forbidden_.push_back(robots.body.substr(at, robots.body.find('\n', at) - at));
    }
  }

  void follow(std::string const& path) {
    for (auto const& prefix : forbidden_)
      if (path.starts_with(prefix))
        return;
    if (seen_.insert(path).second)
      next_.push_back(path);
  }

  asio::awaitable<void> visit(std::string const& path, int depth) {
    page result{.depth = depth};
    std::strncpy(result.path.data(), path.c_str(), result.path.size() - 1);
    http::response reply{.status = 503};
    while (reply.status == 503 && result.attempts < 4) {
      ++result.attempts;
      co_await limit_.async_acquire(1);
      auto const turn = co_await at_once_.async_acquire(1);
      reply = co_await http::get(port_, path);
    }
    result.status = reply.status;
    result.bytes = reply.body.size();
    auto const links = reply.status == 200 ? links_in(reply.body) : std::vector<std::string>{};
    (void)co_await found_.async_push(result); // fails only when the queue is closed
    for (auto const& link : links)
      follow(link);
  }

  unsigned short port_;
  int most_depth_;
  tandem::queue<page>& found_;
  std::vector<std::string> forbidden_;
  std::set<std::string> seen_;
  std::vector<std::string> next_;
  tandem::rate_limiter limit_{500, 10}; // requests a second to this host, and how many at once after a pause
  tandem::async_semaphore at_once_{4};  // connections
};

} // namespace

int main(int argc, char** argv) {
  std::optional<samples::temporary_folder> own;
  std::string const database = argc > 1 ? argv[1] : own.emplace("web_scraper").file("pages.sqlite");
  for (auto const* ending : {"", "-wal", "-shm"})
    std::filesystem::remove(database + ending);

  asio::io_context io(1);
  site pages;
  http::tcp::acceptor acceptor(io, http::loopback());
  tandem::task_scope serving(io.get_executor()), connections(io.get_executor());
  serving.spawn(
      http::serve(acceptor, connections, [&](std::string path) { return pages.answer(std::move(path)); }));

  tandem::queue<page> found(16);
  std::jthread storing([&] { // its own thread: a database must not hold up the network
    tandem::run(tandem::from(found) |
                tandem::write_sqlite(
                    database, "pages",
                    tandem::column("path", [](page const& p) { return std::string(p.path.data()); }),
                    tandem::column("depth", &page::depth), tandem::column("status", &page::status),
                    tandem::column("bytes", &page::bytes), tandem::column("attempts", &page::attempts)));
  });
  scraper crawler(acceptor.local_endpoint().port(), 4, found);
  asio::co_spawn(io, crawler.crawl("/0"), [&](std::exception_ptr failed) {
    found.close();
    serving.cancel();
    if (failed)
      std::rethrow_exception(failed);
  });
  io.run();
  storing.join();

  long requests = 0, intruded = 0;
  for (auto const& [path, count] : pages.requests()) {
    requests += count;
    intruded += path.starts_with("/private/") ? 1 : 0;
  }
  std::printf("%zu pages asked for in %ld requests, %ld of them forbidden ones\n%s\n",
              pages.requests().size() - 1, requests, intruded, database.c_str());
  return intruded == 0 ? 0 : 1;
}
