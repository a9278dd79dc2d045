// A supervisor: the parser dies of some of its input and is started again, fresh, after a delay that grows;
// input that it does not like but survives only costs that one message; and where it keeps dying, the
// supervisor gives up as it was told.
#include <tandem/async.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct not_a_number : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct outcome {
  int started = 0;
  long sum = 0;
  std::size_t unhandled = 0;
  std::string end = "closed in order";
  std::chrono::steady_clock::duration took{};
};

asio::awaitable<void> run(std::vector<std::string> input, tandem::actor_options options, outcome& o) {
  auto const begun = std::chrono::steady_clock::now();
  options.supervise = [](std::exception_ptr why) {
    try {
      std::rethrow_exception(why);
    } catch (not_a_number const&) {
      return tandem::supervision::resume; // its state is sound: go on with the next message
    } catch (...) {
      return tandem::supervision::restart; // nobody knows what state it is in
    }
  };
  auto const parser = [&o] {
    ++o.started;
    return [&o, since_start = 0](std::string& text) mutable {
      if (text == "poison")
        throw std::logic_error("internal state broken after " + std::to_string(since_start) + " messages");
      if (text.find_first_not_of("0123456789") != std::string::npos)
        throw not_a_number(text);
      o.sum += std::stol(text);
      ++since_start;
    };
  };
  tandem::actor<std::string> a(co_await asio::this_coro::executor, parser, std::move(options));
  for (auto& text : input)
    if (auto const sent = co_await a.async_send(std::move(text)); !sent)
      ++o.unhandled; // it has given up already
  a.close();
  try {
    co_await a.async_join();
  } catch (std::exception const& e) {
    o.end = std::string("gave up: ") + e.what();
  }
  while (a.take_unhandled())
    ++o.unhandled;
  o.took = std::chrono::steady_clock::now() - begun;
}

outcome run(std::vector<std::string> input, tandem::restart_policy policy) {
  asio::io_context io(1);
  outcome o;
  tandem::actor_options options;
  options.restarts = policy;
  asio::co_spawn(io, run(std::move(input), std::move(options), o), asio::detached);
  io.run();
  return o;
}

void print(outcome const& o) {
  std::cout << "sum " << o.sum << ", started " << o.started << " times, " << o.end << ", " << o.unhandled
            << " left unhandled\n";
}

} // namespace

int main() {
  tandem::restart_policy const policy{
      .max_restarts = 3, .window = 10min, .first_delay = 10ms, .growth = 2, .max_delay = 1s};
  print(run({"1", "two", "3"}, policy));
  auto const restarted = run({"1", "poison", "20", "poison", "300"}, policy);
  print(restarted);
  print(run({"1", "poison", "poison", "poison", "poison", "5", "6"}, policy));
  // 10 ms before the first restart, 20 ms before the second.
  std::cout << "the delay between restarts grew: " << (restarted.took >= 30ms ? "yes" : "WRONG") << '\n';
}
