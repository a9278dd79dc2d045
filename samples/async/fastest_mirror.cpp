// Spawn, join, and race with a timeout: the same file is asked of three mirrors on the loopback interface,
// one of which never answers. The first complete answer wins, as a rule that of the mirror with large pieces,
// and the others are cancelled; a race that nobody can win ends by its timeout.
#include <tandem/async.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <iostream>
#include <numeric>
#include <thread>
#include <vector>

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

std::vector<char> const content(2'000'000, 'x');

// Sends the content in pieces, as fast as `piece` allows; 0: accepts and then says nothing.
asio::awaitable<void> mirror(tcp::acceptor& acceptor, std::size_t piece) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
    try {
      char request = 0;
      if (piece == 0) // until the client gives up
        co_await asio::async_read(client, asio::buffer(&request, 1), asio::use_awaitable);
      for (std::size_t at = 0; at < content.size(); at += piece)
        co_await asio::async_write(client,
                                   asio::buffer(content.data() + at, std::min(piece, content.size() - at)),
                                   asio::use_awaitable);
    } catch (std::system_error const&) {
      // The client has its answer from somebody else, or waits no longer.
    }
  }
}

asio::awaitable<void> fetch(tcp::endpoint from, std::string name, tandem::oneshot<std::string>& winner) {
  tcp::socket server(co_await asio::this_coro::executor);
  co_await server.async_connect(from, asio::use_awaitable);
  std::vector<char> got(content.size());
  co_await asio::async_read(server, asio::buffer(got), asio::use_awaitable);
  winner.send(got == content ? name : name + " sent something else, WRONG");
}

// The name of the first mirror to deliver; empty if none did in time.
asio::awaitable<std::string> race(std::vector<tcp::acceptor> const& mirrors,
                                  std::vector<std::string> const& names) {
  tandem::oneshot<std::string> winner;
  tandem::task_scope fetches(co_await asio::this_coro::executor);
  for (std::size_t i = 0; i < mirrors.size(); ++i)
    if (!names[i].empty())
      fetches.spawn(fetch(mirrors[i].local_endpoint(), names[i], winner));
  auto const ended =
      co_await tandem::select(tandem::readable(winner), tandem::after(names[0].empty() ? 200ms : 60s));
  fetches.cancel();
  co_await fetches.async_join(); // what was cancelled has ended: nothing refers to `winner` any more
  co_return ended == 0 ? winner.try_receive().value_or("") : "";
}

asio::awaitable<void> program(bool& right) {
  auto const executor = co_await asio::this_coro::executor;
  std::vector<tcp::acceptor> mirrors;
  for (int i = 0; i < 3; ++i)
    mirrors.emplace_back(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  tandem::task_scope serving(executor);
  std::size_t const pieces[] = {100'000, 200, 0};
  for (std::size_t i = 0; i < 3; ++i)
    serving.spawn(mirror(mirrors[i], pieces[i]));

  std::vector<std::string> const all{"large pieces", "small pieces", "silent"}, last{"", "", "silent"};
  std::string const first = co_await race(mirrors, all);
  std::string const nobody = co_await race(mirrors, last);
  std::cout << "all three: won by the mirror with " << first
            << "\nonly the silent one: " << (nobody.empty() ? "nobody in time" : nobody) << '\n';
  right = (first == all[0] || first == all[1]) && nobody.empty(); // the machine decides which of the two
  serving.cancel();
  co_await serving.async_join();
}

} // namespace

int main() {
  asio::io_context io(1);
  bool right = false;
  asio::co_spawn(io, program(right), [](std::exception_ptr e) {
    if (e)
      std::rethrow_exception(e);
  });
  io.run();
  std::cout << (right ? "right" : "WRONG") << '\n';
}
