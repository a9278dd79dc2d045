// Semaphore, token bucket and interval: 60 requests to a server that tolerates four at a time and 200 a
// second. The client holds a permit for each request that is under way and takes a token for each that
// begins; an interval prints how far it is.
#include <tandem/async.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <iostream>

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

struct observed { // by the server
  int now = 0, most = 0, served = 0;
  steady::time_point last_begun;
};

asio::awaitable<void> answer(tcp::socket client, observed& seen) {
  seen.most = std::max(seen.most, ++seen.now);
  seen.last_begun = steady::now();
  std::uint32_t number = 0;
  co_await asio::async_read(client, asio::buffer(&number, 4), asio::use_awaitable);
  number *= number;
  --seen.now;
  ++seen.served;
  co_await asio::async_write(client, asio::buffer(&number, 4), asio::use_awaitable);
}

asio::awaitable<void> serve(tcp::acceptor& acceptor, observed& seen, tandem::task_scope& connections) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
    connections.spawn(answer(std::move(client), seen));
  }
}

asio::awaitable<void> request(tcp::endpoint server, std::uint32_t number, tandem::async_semaphore& free,
                              tandem::rate_limiter& rate, std::uint64_t& sum) {
  auto const permit = co_await free.async_acquire(); // given back at the end of the scope, whatever happens
  co_await rate.async_acquire();
  tcp::socket socket(co_await asio::this_coro::executor);
  co_await socket.async_connect(server, asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer(&number, 4), asio::use_awaitable);
  co_await asio::async_read(socket, asio::buffer(&number, 4), asio::use_awaitable);
  sum += number;
}

// An interval: the next tick is counted from the last one, not from when the work was done, so it does not
// drift.
asio::awaitable<void> report(observed const& seen) {
  asio::steady_timer tick(co_await asio::this_coro::executor);
  for (auto at = steady::now() + 100ms;; at += 100ms) {
    tick.expires_at(at);
    co_await tick.async_wait(asio::use_awaitable);
    std::cerr << seen.served << " served\n";
  }
}

asio::awaitable<void> program() {
  auto const executor = co_await asio::this_coro::executor;
  tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  observed seen;
  std::uint64_t sum = 0;
  tandem::async_semaphore free(4);
  auto const begun = steady::now();
  tandem::rate_limiter rate(200, 10); // 200 a second, ten at once after a pause
  tandem::task_scope background(executor), connections(executor), requests(executor);
  background.spawn(serve(acceptor, seen, connections));
  background.spawn(report(seen));
  for (std::uint32_t i = 1; i <= 60; ++i)
    requests.spawn(request(acceptor.local_endpoint(), i, free, rate, sum));
  co_await requests.async_join();
  background.cancel();
  co_await background.async_join();
  co_await connections.async_join();

  // Whatever the machine was busy with: sixty tokens, of which ten were there at the beginning.
  auto const took = std::chrono::duration<double>(seen.last_begun - begun).count();
  std::cout << "sum of the squares: " << sum
            << "\nnever more than four at a time: " << (seen.most <= 4 ? "yes" : "WRONG")
            << "\nnever faster than allowed: " << (took >= (60 - 10 - 1) / 200.0 ? "yes" : "WRONG") << '\n';
}

} // namespace

int main() {
  asio::io_context io(1);
  asio::co_spawn(io, program(), [](std::exception_ptr e) {
    if (e)
      std::rethrow_exception(e);
  });
  io.run();
}
