// A web site of 40 pages on the loopback interface to try a scraper on: it has a private part, servers that are busy the first two times,
// links to nowhere and to a neighbouring site, and remembers who asked for what.
#pragma once

#include "../../support/http.hpp"

#include <chrono>
#include <map>

namespace samples {

class site {
 public:
  explicit site(asio::io_context& io)
      : acceptor_(io, http::loopback()), serving_(io.get_executor()), connections_(io.get_executor()) {
    serving_.spawn(
        http::serve(acceptor_, connections_, [this](std::string path) { return answer(std::move(path)); }));
  }

  unsigned short port() const { return acceptor_.local_endpoint().port(); }
  void link_to(site const& neighbour) { neighbour_ = "http://127.0.0.1:" + std::to_string(neighbour.port()); }
  void close() { serving_.cancel(); }

  std::size_t pages_seen() const { return requests_.size(); }
  long requests() const { return sum_of_requests("/"); }
  long intrusions() const { return sum_of_requests("/private/") - sum_of_requests("/private/map"); }
  /// Whether the requests came no faster than a bucket of so many tokens, filled at such a rate, lets them.
  bool kept_to(double per_second, double burst) const {
    std::chrono::duration<double> const open = last_ - opened_;
    return static_cast<double>(requests()) <= burst + per_second * open.count() + 1;
  }

 private:
  asio::awaitable<http::response> answer(std::string path) {
    last_ = std::chrono::steady_clock::now();
    int const times = ++requests_[path];
    if (path == "/robots.txt")
      co_return http::response{.body = "User-agent: *\nDisallow: /\n\n"
                                       "User-agent: tandem-sample\nDisallow: /private/ # not for you\n"
                                       "Allow: /private/map$\n",
                               .type = "text/plain"};
    if (path.starts_with("/private/"))
      co_return http::response{.body = "<p>a map of the private part</p>"};
    auto const number = std::atoi(path.c_str() + 1);
    if (number < 0 || number >= 40)
      co_return http::response{.status = 404, .body = "no such page"};
    if (number % 10 == 7 && times <= 2)
      co_return http::response{.status = 503, .body = "busy"};
    std::string body = "<h1>page " + std::to_string(number) + "</h1>" + link("/private/map");
    body += link("/private/" + std::to_string(number));
    for (int const next : {2 * number + 1, 2 * number + 2, 39 - number})
      body += link("/" + std::to_string(next));
    if (number % 4 == 0)
      body += link(neighbour_ + path);
    co_return http::response{.body = std::move(body)};
  }

  static std::string link(std::string const& target) { return "<a href=\"" + target + "\">on</a>"; }

  long sum_of_requests(std::string const& prefix) const {
    long sum = 0;
    for (auto const& [path, count] : requests_)
      sum += path.starts_with(prefix) ? count : 0;
    return sum;
  }

  http::tcp::acceptor acceptor_;
  std::string neighbour_;
  std::map<std::string, int> requests_;
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now(), last_ = opened_;
  tandem::task_scope serving_, connections_; // last: they use everything above
};

} // namespace samples
