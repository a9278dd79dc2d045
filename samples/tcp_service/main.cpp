// A service on the loopback interface: clients send floats, each gets its own back, mapped. Connections are
// coroutines on one control thread; what arrives is computed on the CPU or the GPU. Here the program is its
// own clients, too; then it shuts down as it would on Ctrl-C.
//
//   tcp_service [number of clients, default 4] [floats for each, default 100000]
#include "../support/arguments.hpp"

#include <tandem/stream.hpp>

#include <cmath>
#include <iostream>
#include <thread>
#include <vector>

using asio::ip::tcp;

namespace {

// One connection is one stream from its socket to its socket, with back-pressure all the way to the client.
asio::awaitable<void> serve(tcp::socket client) {
  co_await tandem::async_run(tandem::from<float>(client) | tandem::map([](auto x) { return x * x + 1.0f; }) |
                             tandem::to(client));
  client.shutdown(tcp::socket::shutdown_send);
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, tandem::task_scope& connections) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(asio::use_awaitable);
    connections.spawn(serve(std::move(client)));
  }
}

// Stops accepting when asked to, gives the connections half a minute to finish, and joins them.
asio::awaitable<void> service(tcp::acceptor& acceptor, tandem::graceful_shutdown& shutdown) {
  auto const executor = co_await asio::this_coro::executor;
  tandem::task_scope accepting(executor), connections(executor);
  accepting.spawn(accept_all(acceptor, connections));
  co_await shutdown.async_wait();
  accepting.cancel();
  co_await accepting.async_join();
  co_await connections.async_drain(std::chrono::seconds(30));
}

bool ask(tcp::endpoint where, std::uint64_t count, unsigned seed) {
  asio::io_context io(1);
  tcp::socket server(io);
  server.connect(where);
  std::vector<float> answers;
  std::jthread reader([&] { tandem::run(tandem::from<float>(server) | tandem::collect_into(answers)); });
  auto const question = [seed](std::uint64_t i) { return static_cast<float>((i * seed) % 1000); };
  tandem::run(tandem::generate(count, question) | tandem::to(server));
  server.shutdown(tcp::socket::shutdown_send);
  reader.join();
  if (answers.size() != count)
    return false;
  for (std::uint64_t i = 0; i < count; ++i)
    if (answers[i] != question(i) * question(i) + 1.0f)
      return false;
  return true;
}

} // namespace

int main(int argc, char** argv) try {
  auto const clients =
      static_cast<unsigned>(samples::number_argument(argc, argv, 1, "the number of clients", 4, 1000));
  std::uint64_t const count = samples::number_argument(argc, argv, 2, "floats for each", 100000, 1 << 28);
  asio::io_context control(1);
  tcp::acceptor acceptor(control, {asio::ip::address_v4::loopback(), 0});
  tandem::graceful_shutdown shutdown(control.get_executor());
  std::exception_ptr error;
  asio::co_spawn(control, service(acceptor, shutdown), [&](std::exception_ptr e) { error = e; });
  std::thread server([&] { control.run(); });

  std::atomic<unsigned> right{0};
  {
    std::vector<std::jthread> all;
    for (unsigned c = 1; c <= clients; ++c)
      all.emplace_back([&, c] { right += ask(acceptor.local_endpoint(), count, c); });
  }
  shutdown.request(); // as a signal would
  server.join();
  if (error)
    std::rethrow_exception(error);
  std::cout << right << " of " << clients << " clients got " << count << " right answers each\n";
  return right == clients ? 0 : 1;
} catch (std::exception const& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
