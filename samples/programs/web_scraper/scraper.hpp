// Follows links level by level, so that a page's depth is its shortest way from the start; no page is fetched twice.
#pragma once

#include "links.hpp"
#include "robots.hpp"

#include "../../support/http.hpp"

#include <array>
#include <cstring>
#include <map>
#include <set>
#include <vector>

namespace samples {

/// What goes into the database; streams carry plain data.
struct page {
  unsigned port = 0;
  std::array<char, 64> path{};
  int depth = 0;
  int status = 0; ///< 0: no answer
  std::uint64_t bytes = 0;
  int attempts = 0;
};

class scraper {
 public:
  static constexpr double requests_per_second = 200, burst = 5; // to one host
  static constexpr int most_attempts = 4;

  scraper(int most_depth, tandem::queue<page>& found) : most_depth_(most_depth), found_(found) {}

  asio::awaitable<void> crawl(address start) {
    follow(std::move(start));
    for (int depth = 0; depth <= most_depth_ && !next_.empty(); ++depth) {
      auto const level = std::exchange(next_, {});
      for (auto const& at : level)
        if (!hosts_.contains(at.port))
          co_await meet(at.port);
      tandem::task_scope visits(co_await asio::this_coro::executor);
      for (auto const& at : level)
        if (hosts_.at(at.port).rules.allow(at.path))
          visits.spawn([this, at, depth] { return visit(at, depth); });
      co_await visits.async_join();
    }
  }

 private:
  struct host {
    robots_rules rules;
    tandem::rate_limiter limit{requests_per_second, burst};
    tandem::async_semaphore at_once{4}; // connections
  };

  asio::awaitable<void> meet(unsigned short port) {
    address const robots{port, "/robots.txt"};
    hosts_.try_emplace(port);
    int attempts = 0;
    auto const reply = co_await fetch(robots, attempts);
    if (reply.status == 200)
      hosts_.at(port).rules = robots_rules(reply.body, http::own_name);
    else if (reply.status == 0 || reply.status >= 500) // it may forbid anything
      hosts_.at(port).rules = robots_rules("User-agent: *\nDisallow: /", http::own_name);
  }

  asio::awaitable<void> visit(address const& at, int depth) {
    page result{.port = at.port, .depth = depth};
    std::strncpy(result.path.data(), at.path.c_str(), result.path.size() - 1);
    auto const reply = co_await fetch(at, result.attempts);
    result.status = reply.status;
    result.bytes = reply.body.size();
    (void)co_await found_.async_push(result); // fails only when the queue is closed
    for (auto& link : links_in(reply.body, at.port))
      follow(std::move(link));
  }

  /// Again while the server is busy or does not answer, each time after a longer pause.
  asio::awaitable<http::response> fetch(address const& at, int& attempts) {
    auto& from = hosts_.at(at.port);
    for (asio::steady_timer pause(co_await asio::this_coro::executor);;) {
      co_await from.limit.async_acquire(1);
      http::response reply;
      try {
        auto const turn = co_await from.at_once.async_acquire(1);
        reply = co_await http::get(at.port, at.path);
      } catch (std::system_error const&) { // nobody there, or the connection broke off
        reply.status = 0;
      }
      if (++attempts == most_attempts || (reply.status != 0 && reply.status != 503))
        co_return reply;
      pause.expires_after(std::chrono::milliseconds(5 << attempts));
      co_await pause.async_wait(asio::use_awaitable);
    }
  }

  void follow(address at) {
    if (seen_.insert(at).second)
      next_.push_back(std::move(at));
  }

  int most_depth_;
  tandem::queue<page>& found_;
  std::map<unsigned short, host> hosts_;
  std::set<address> seen_;
  std::vector<address> next_;
};

} // namespace samples
