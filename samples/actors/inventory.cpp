// An actor: a counter per article with typed messages and replies. The actor alone touches the stock, one
// message at a time, so no order can take what another has taken; whoever wants to know something sends the
// place for the answer along.
#include <tandem/async.hpp>

#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace {

struct deliver {
  std::string article;
  int count;
};
struct order {
  std::string article;
  int count;
  std::shared_ptr<tandem::oneshot<bool>> accepted; // where the answer goes
};
struct ask_stock {
  std::string article;
  std::shared_ptr<tandem::oneshot<int>> count;
};
using message = std::variant<deliver, order, ask_stock>;

// The behaviour: one overload for each kind of message. A message that is not handled does not compile.
class inventory {
 public:
  void operator()(message& m) {
    std::visit([this](auto& kind) { handle(kind); }, m);
  }

 private:
  void handle(deliver const& d) { stock_[d.article] += d.count; }
  void handle(order const& o) {
    int& have = stock_[o.article];
    bool const enough = have >= o.count;
    have -= enough ? o.count : 0;
    o.accepted->send(enough);
  }
  void handle(ask_stock const& a) { a.count->send(stock_[a.article]); }

  std::map<std::string, int> stock_;
};

asio::awaitable<void> customer(tandem::actor<message>& shop, int count, int& got) {
  for (int i = 0; i < 100; ++i) {
    message mine = order{"screw", count, std::make_shared<tandem::oneshot<bool>>()};
    auto const accepted = std::get<order>(mine).accepted;
    (void)co_await shop.async_send(std::move(mine));
    auto const answer = co_await accepted->async_receive();
    got += answer.value_or(false) ? count : 0;
  }
}

asio::awaitable<void> program() {
  auto const executor = co_await asio::this_coro::executor;
  tandem::actor<message> shop(executor, [] { return inventory(); });
  message first = deliver{"screw", 1000};
  (void)co_await shop.async_send(std::move(first));
  int got[3] = {0, 0, 0};
  tandem::task_scope customers(executor);
  for (int i = 0; i < 3; ++i)
    customers.spawn(customer(shop, i + 3, got[i])); // 3, 4 and 5 at a time: together they want 1200
  co_await customers.async_join();
  auto const answer = std::make_shared<tandem::oneshot<int>>();
  message question = ask_stock{"screw", answer};
  (void)co_await shop.async_send(std::move(question));
  auto const left = co_await answer->async_receive();
  shop.close();
  co_await shop.async_join();
  int const sold = got[0] + got[1] + got[2];
  std::cout << "1000 screws: " << sold << " sold, " << *left << " left, "
            << (sold + *left == 1000 ? "none lost" : "WRONG") << '\n';
}

} // namespace

int main() {
  asio::io_context io(1);
  asio::co_spawn(io, program(), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  io.run();
}
