// As much HTTP/1.1 as the samples need, on Asio's coroutines: GET only, one request a connection, loopback only.
#pragma once

#include <tandem/async.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/write.hpp>

#include <charconv>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace samples::http {

using asio::ip::tcp;

struct response {
  int status = 200;
  std::string body = {};
  std::string type = "text/html; charset=utf-8";
};

/// What requests say they come from.
inline constexpr char const* own_name = "tandem-sample";

/// Path in, response out; may suspend.
using handler = std::function<asio::awaitable<response>(std::string path)>;

inline tcp::endpoint loopback(unsigned short port = 0) {
  return {asio::ip::address_v4::loopback(), port};
}

inline char const* phrase_of(int status) {
  switch (status) {
  case 200:
    return "OK";
  case 404:
    return "Not Found";
  case 503:
    return "Service Unavailable";
  default:
    return "Error";
  }
}

/// "/path" of "GET /path HTTP/1.1"; empty for anything else.
inline std::string path_of(std::string_view head) {
  if (!head.starts_with("GET "))
    return {};
  head.remove_prefix(4);
  return std::string(head.substr(0, head.find(' ')));
}

inline asio::awaitable<void> answer(tcp::socket client, handler const& handle) {
  std::string head;
  co_await asio::async_read_until(client, asio::dynamic_buffer(head, 16 << 10), "\r\n\r\n",
                                  asio::use_awaitable);
  auto const path = path_of(head);
  response reply{.status = 400, .body = "only GET"};
  if (!path.empty())
    reply = co_await handle(path);
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + ' ' + phrase_of(reply.status) +
                     "\r\nContent-Type: " + reply.type +
                     "\r\nContent-Length: " + std::to_string(reply.body.size()) +
                     "\r\nConnection: close\r\n\r\n" + reply.body;
  co_await asio::async_write(client, asio::buffer(text), asio::use_awaitable);
  client.shutdown(tcp::socket::shutdown_send);
}

/// Accepts until it is cancelled; each connection is a task of its own in `connections`.
inline asio::awaitable<void> serve(tcp::acceptor& acceptor, tandem::task_scope& connections, handler handle) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
    auto connection = [client = std::move(client), &handle]() mutable -> asio::awaitable<void> {
      try {
        co_await answer(std::move(client), handle);
      } catch (std::system_error const&) { // the client went away: its loss
      }
    };
    connections.spawn(std::move(connection));
  }
}

/// Fetches http://127.0.0.1:port/path.
inline asio::awaitable<response> get(unsigned short port, std::string path) {
  tcp::socket server(co_await asio::this_coro::executor);
  co_await server.async_connect(loopback(port), asio::use_awaitable);
  std::string const request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: " + own_name +
                              "\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(server, asio::buffer(request), asio::use_awaitable);
  std::string text;
  for (bool open = true; open;) {
    char part[4096];
    std::error_code ended;
    auto const size =
        co_await server.async_read_some(asio::buffer(part), asio::redirect_error(asio::use_awaitable, ended));
    text.append(part, size);
    open = !ended;
    if (ended && ended != asio::error::eof)
      throw std::system_error(ended);
  }
  response reply;
  auto const space = text.find(' ');
  auto const body = text.find("\r\n\r\n");
  if (space == std::string::npos || body == std::string::npos)
    throw std::runtime_error("no HTTP answer for " + path);
  std::from_chars(text.data() + space + 1, text.data() + text.size(), reply.status);
  reply.body = text.substr(body + 4);
  co_return reply;
}

} // namespace samples::http
